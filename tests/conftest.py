"""What tests of all folders share."""

import errno
import os
import signal
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes depends on who else works on the machine
settings.register_profile("genomedb", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("genomedb")

NOBODY = 65534

# a shell without job control ignores SIGINT for what it starts in the background, and so would
# every process that a test interrupts
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# the databases of whoever runs the tests are not theirs
for name in ("GENOME_DB", "GENOME_ASSEMBLY"):
    os.environ.pop(name, None)


@contextmanager
def _as_nobody(folder):
    below = [folder, *folder.rglob("*")]
    with ExitStack() as restored:
        try:
            for path in below:
                status = path.lstat()
                restored.callback(_own_again, path, status.st_uid)
                os.chown(path, NOBODY, -1, follow_symlinks=False)
            for parent in folder.parents:  # the folders of pytest let root alone pass
                mode = parent.stat().st_mode & 0o7777
                if not mode & 0o001:
                    restored.callback(parent.chmod, mode)
                    parent.chmod(mode | 0o011)
            restored.callback(folder.chmod, folder.stat().st_mode & 0o7777)
            folder.chmod(0o755)
            restored.callback(os.seteuid, 0)
            os.seteuid(NOBODY)
        except OSError as error:
            # what a root without its rights gets; anything else is a fault of the test
            if error.errno not in (errno.EPERM, errno.EACCES, errno.EINVAL):
                raise
            pytest.skip(f"this root can be no other user: {error}")
        yield


def _own_again(path, uid):
    if os.path.lexists(path):
        os.chown(path, uid, -1, follow_symlinks=False)


@pytest.fixture
def unprivileged():
    """`with unprivileged(folder):` permissions bind this process, which owns the folder.

    Root becomes another user for that time; any other user stays who it is.
    """

    @contextmanager
    def run(folder):
        if os.geteuid() == 0:
            with _as_nobody(folder):
                yield
        else:
            yield

    return run
