using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace ModelDsl.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        string path = _folder["a.safetensors"];
        Safetensors.Write(
            path,
            [new("x \"quoted\"", new([1, 2, 3, float.NaN, -0f, float.MaxValue], 2, 3)), new("empty", new([], 0, 4)), new("scalar", new([7]))],
            [new("step", "12"), new("ключ", "ü")]);

        Safetensors file = Safetensors.Read(path);
        Assert.Equal(["empty", "scalar", "x \"quoted\""], file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([2, 3], file.Tensors["x \"quoted\""].Shape);
        Assert.Equal([1, 2, 3, float.NaN, -0f, float.MaxValue], file.Tensors["x \"quoted\""].Data);
        Assert.Empty(file.Tensors["scalar"].Shape);
        Assert.Equal("12", file.Metadata["step"]);
        Assert.Equal("ü", file.Metadata["ключ"]);

        // The elements are aligned, as the format wants.
        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(File.ReadAllBytes(path)) % 8);
    }

    [Fact]
    public void AFileOfTheReferenceLibraryIsRead()
    {
        // Written by hand after the format's own description: no metadata, tensors in another order than their data.
        string path = Write("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 1f, 2f, 3f);
        Safetensors file = Safetensors.Read(path);
        Assert.Equal([1, 2], file.Tensors["a"].Data);
        Assert.Equal([3], file.Tensors["b"].Data);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "it is cut short: tensor \"a\" of shape [3] ends at byte 12 of the data, but there are 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its tensors end at byte 4 of the data, but there are 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensor \"a\" begins at byte 4 of the data, but the one before it ends at 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "tensor \"a\" of shape [2] needs 8 bytes, but its data_offsets are [0, 4]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "tensor \"a\" of shape [-1, -2] needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,0]}}""", "needs 73786976294838206464 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,0]}}""", "its header is not the JSON that was expected")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", "tensor \"a\" holds BF16, but F32 was expected")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "tensor \"a\" has no \"data_offsets\" in the header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "its header names \"a\" twice")]
    [InlineData("""{"a":3}""", "its header is not the JSON that was expected")]
    [InlineData("""["a"]""", "its header is not the JSON that was expected")]
    [InlineData("""{"a":""", "its header is not the JSON that was expected")]
    public void ACorruptFileIsRefusedWithWhatWasExpected(string header, string message)
    {
        string path = Write(header, 1f, 2f);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Safetensors.Read(path));
        Assert.Contains(message, e.Message);
        Assert.StartsWith($"\"{path}\" cannot be read as safetensors: ", e.Message);
    }

    [Fact]
    public void AFileWithoutAHeaderIsRefused()
    {
        File.WriteAllBytes(_folder["short"], [1, 2, 3]);
        Assert.Contains("it has 3 bytes, but a header length of 8 bytes was expected", Assert.Throws<InvalidDataException>(() => Safetensors.Read(_folder["short"])).Message);
        File.WriteAllText(_folder["text"], "This is no checkpoint.");
        Assert.Contains("its header should have", Assert.Throws<InvalidDataException>(() => Safetensors.Read(_folder["text"])).Message);
        Assert.Throws<FileNotFoundException>(() => Safetensors.Read(_folder["none"]));
    }

    [Fact]
    public void AnyCutOrFlippedBitIsReadOrRefusedCleanly()
    {
        string path = _folder["whole"], other = _folder["damaged"];
        Safetensors.Write(path, [new("a", new([1, 2, 3, 4], 2, 2)), new("b", new([5], 1))], [new("k", "v")]);
        byte[] whole = File.ReadAllBytes(path);
        Gen.Int[0, whole.Length - 1].Sample(
            cut =>
            {
                File.WriteAllBytes(other, whole[..cut]);
                Assert.Throws<InvalidDataException>(() => Safetensors.Read(other));
            },
            iter: 300,
            threads: 1);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 7]).Sample(
            (at, bit) =>
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(other, damaged);
                try
                {
                    Safetensors.Read(other);
                }
                catch (InvalidDataException)
                {
                }
            },
            iter: 1000,
            threads: 1);
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFile()
    {
        string path = _folder["state"];
        Safetensors.Write(path, [new("a", new([1], 1))]);
        Assert.Throws<IOException>(() => Safetensors.Write(path, [new("a", new([2], 1))], Failing()));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [new("a", new([2], 1)), new("a", new([2], 1))]));
        Assert.Equal([1], Safetensors.Read(path).Tensors["a"].Data);
        Assert.Equal(["state"], _folder.Files);

        // A folder in the file's place cannot be replaced; the temporary file must go.
        Directory.CreateDirectory(_folder["folder"]);
        Assert.ThrowsAny<Exception>(() => Safetensors.Write(_folder["folder"], [new("a", new([2], 1))]));
        Assert.Equal(["state"], _folder.Files);

        static IEnumerable<KeyValuePair<string, string>> Failing()
        {
            yield return new("k", "v");
            throw new IOException("the disk is full");
        }
    }

    [Fact]
    public void AFileIsReplacedWhole()
    {
        string path = _folder["state"];
        Safetensors.Write(path, [new("a", new(new float[1000], 1000))]);
        Safetensors.Write(path, [new("b", new([2], 1))]);
        Assert.Equal(["b"], Safetensors.Read(path).Tensors.Keys);
        Assert.Equal(["state"], _folder.Files);
    }

    private string Write(string header, params float[] data)
    {
        string path = _folder["file"];
        byte[] text = Encoding.UTF8.GetBytes(header), bytes = new byte[8 + text.Length + (4 * data.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)text.Length);
        text.CopyTo(bytes, 8);
        for (int i = 0; i < data.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + text.Length + (4 * i)), data[i]);
        }

        File.WriteAllBytes(path, bytes);
        return path;
    }
}
