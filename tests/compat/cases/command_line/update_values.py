"""How values on the command line are read."""
# run: with a=true b=null c=2*3 d=01 e=1e-3 f=(1,2) g=[1,'x'] h="{'k': 1}" -f
# run: with a=True b=None c= d==3 e=-5 f="'quoted'" g='"x y"' h=some=thing
# run: with a=1_000 b=0x10 c=[] d=path/to/file e=a.b f='{"n": [1, (2,)]}' g=lambda h=b'x' -f
# run: with STRICT a=text
# run: with a.b.c=1 b={} -f
# run: a=1
# run: with =3

import sys

from kit import tell

from sacred import SETTINGS, Experiment

if "STRICT" in sys.argv:
    SETTINGS.COMMAND_LINE.STRICT_PARSING = True
    sys.argv.remove("STRICT")
ex = Experiment("values")
ex.add_config(**dict.fromkeys("abcdefgh"), seed=1)


@ex.automain
def main(_config, _run):
    tell(config=_config, updates=_run.meta_info["config_updates"])
