Console.WriteLine("Tables of PTX and costs.");
