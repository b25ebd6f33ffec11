"""Distinct names -> codes 0, 1, 2, ... in the order they are first met."""
from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy

cdef enum:
    NO_ROOM = -1
    FIRST_SLOTS = 1024


cdef struct Names:
    uint8_t* text           # all names, one after the other
    Py_ssize_t text_room
    Py_ssize_t* stop        # where each name ends in `text`
    int32_t count
    int32_t room
    int32_t* slots          # open addressing; 0 is free, else code + 1
    uint32_t mask
    int32_t last            # the name of the row before, which most rows repeat
    Py_ssize_t last_start
    Py_ssize_t last_size


cdef inline bint names_open(Names* names) noexcept nogil:
    """False when there is no memory."""
    names.count = 0
    names.room = 64
    names.text_room = 1024
    names.mask = FIRST_SLOTS - 1
    names.last = -1
    names.last_start = names.last_size = 0
    names.text = <uint8_t*>malloc(names.text_room)
    names.stop = <Py_ssize_t*>malloc(names.room * sizeof(Py_ssize_t))
    names.slots = <int32_t*>calloc(FIRST_SLOTS, sizeof(int32_t))
    return names.text != NULL and names.stop != NULL and names.slots != NULL


cdef inline void names_close(Names* names) noexcept nogil:
    free(names.text)
    free(names.stop)
    free(names.slots)
    names.text = NULL
    names.stop = NULL
    names.slots = NULL


cdef inline uint32_t _hash(const uint8_t* name, Py_ssize_t size) noexcept nogil:
    """FNV-1a."""
    cdef uint32_t h = 2166136261u
    cdef Py_ssize_t i
    for i in range(size):
        h = (h ^ name[i]) * 16777619u
    return h ^ (h >> 15)


cdef inline Py_ssize_t _start(Names* names, int32_t code) noexcept nogil:
    return names.stop[code - 1] if code > 0 else 0


cdef inline bint _widen(Names* names) noexcept nogil:
    """Double the slots; the old ones stay when there is no memory."""
    cdef uint32_t n_slots = (names.mask + 1) * 2
    cdef int32_t* slots = <int32_t*>calloc(n_slots, sizeof(int32_t))
    cdef int32_t code
    cdef uint32_t at
    cdef Py_ssize_t start
    if slots == NULL:
        return False
    for code in range(names.count):
        start = _start(names, code)
        at = _hash(names.text + start, names.stop[code] - start) & (n_slots - 1)
        while slots[at] != 0:
            at = (at + 1) & (n_slots - 1)
        slots[at] = code + 1
    free(names.slots)
    names.slots = slots
    names.mask = n_slots - 1
    return True


cdef inline bint _room_for(Names* names, Py_ssize_t size) noexcept nogil:
    """Make room for one more name of `size` bytes."""
    cdef Py_ssize_t used = _start(names, names.count)
    cdef void* grown
    if used + size > names.text_room:
        grown = realloc(names.text, 2 * (used + size))
        if grown == NULL:
            return False
        names.text = <uint8_t*>grown
        names.text_room = 2 * (used + size)
    if names.count == names.room:
        if names.room > 500000000:
            return False
        grown = realloc(names.stop, 2 * <size_t>names.room * sizeof(Py_ssize_t))
        if grown == NULL:
            return False
        names.stop = <Py_ssize_t*>grown
        names.room *= 2
    if <uint32_t>names.count * 2 >= names.mask:
        return _widen(names)
    return True


cdef inline int32_t names_code(Names* names, const uint8_t* name, Py_ssize_t size) noexcept nogil:
    """Code of a name, a new one for a name not met before; NO_ROOM without memory."""
    cdef uint32_t at
    cdef int32_t code = -1
    cdef Py_ssize_t start
    if names.last >= 0 and size == names.last_size:
        if memcmp(names.text + names.last_start, name, size) == 0:
            return names.last
    at = _hash(name, size) & names.mask
    while names.slots[at] != 0:
        code = names.slots[at] - 1
        start = _start(names, code)
        if names.stop[code] - start == size and memcmp(names.text + start, name, size) == 0:
            break
        code = -1
        at = (at + 1) & names.mask
    if code < 0:
        if not _room_for(names, size):
            return NO_ROOM
        at = _hash(name, size) & names.mask     # the slots may have been widened
        while names.slots[at] != 0:
            at = (at + 1) & names.mask
        code = names.count
        start = _start(names, code)
        memcpy(names.text + start, name, size)
        names.stop[code] = start + size
        names.count += 1
        names.slots[at] = code + 1
    names.last = code
    names.last_start = _start(names, code)
    names.last_size = size
    return code


cdef inline list names_from(Names* names, int32_t first):
    """Names from code `first` on, as bytes; needs the interpreter lock."""
    cdef int32_t code
    cdef Py_ssize_t start
    listed = []
    for code in range(max(first, 0), names.count):
        start = _start(names, code)
        listed.append((<const char*>names.text)[start:names.stop[code]])
    return listed
