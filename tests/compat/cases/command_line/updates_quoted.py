"""Updates as shells hand them over: quotes, spaces, unicode, signs of equality, empty values."""
# run: with "text=two words" 'list=[1, "two words", None]' 'dict={"key": {"c": (1, 2)}}'
# run: with text='"quoted"' list="['a', 'b=c']" dict.key="it's"
# run: with text=größe "list=['ü']" "dict={'ключ': 'значение'}" -f
# run: with text=a=b=c list== dict.key= -f
# run: with "text= padded " list=[] dict={} number=-1.5e-3
# run: with text=r'\d+' number=1_0.5 dict.key=0b101

from kit import tell

from sacred import Experiment

ex = Experiment("quoted")


@ex.config
def config():
    seed = 1
    text = "default"
    list = ["a"]
    dict = {"key": 1}
    number = 0.5


@ex.automain
def main(_config, _run):
    tell(config=_config, updates=_run.meta_info["config_updates"])
    print(_config["text"])
