using CharLanguageModel;

return CommandLine.Create(Application.Run).Parse(args).Invoke();
