using System.Buffers.Binary;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Output;

/// <summary>Receives bytes of one of a command's two streams.</summary>
internal delegate void StreamBytes(StandardStream stream, ReadOnlySpan<byte> bytes);

/// <summary>
/// Takes two streams apart that an engine sends as one: frames of eight bytes (stream 1 or 2, three zeros, length as big-endian 32 bits) and
/// that many bytes. A frame may come in any number of pieces. Format: "Stream format" of ContainerAttach in the Engine API reference.
/// </summary>
internal sealed class FrameDecoder(StreamBytes receiver)
{
    private const int HeaderLength = 8;
    private const byte StandardError = 2;

    private readonly byte[] _header = new byte[HeaderLength];
    private int _headed;
    private long _left;

    /// <summary>False in the middle of a frame: an end here cuts it off.</summary>
    public bool AtFrameEnd => _headed == 0 && _left == 0;

    /// <summary>How many frames have begun.</summary>
    public long Frames { get; private set; }

    public void Decode(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var length = (int)Math.Min(_left, bytes.Length);
                receiver(_header[0] == StandardError ? StandardStream.Error : StandardStream.Output, bytes[..length]);
                bytes = bytes[length..];
                _left -= length;
                continue;
            }
            var piece = Math.Min(HeaderLength - _headed, bytes.Length);
            bytes[..piece].CopyTo(_header.AsSpan(_headed));
            bytes = bytes[piece..];
            _headed += piece;
            if (_headed < HeaderLength) continue;
            if (_header[0] > StandardError || _header[1] != 0 || _header[2] != 0 || _header[3] != 0)
                throw new InvalidDataException("The engine sent output that is not in frames.");
            _left = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
            _headed = 0;
            Frames++;
        }
    }
}
