"""xb files for tests, written as the format says."""

import struct


def xb_bytes(chroms, *, stranded=False, order="<", magic=0xCA60B175, version=1, size=1):
    """`chroms`: name -> (forward, reverse) lists of bytes; reverse is not written unstranded."""
    head = struct.pack(order + "IhhiH", magic, version, size, int(stranded), len(chroms))
    for name, (forward, _) in chroms.items():
        head += bytes([len(name)]) + name.encode() + struct.pack(order + "I", len(forward))
    body = b"".join(bytes(f) + (bytes(r) if stranded else b"") for f, r in chroms.values())
    return head + body
