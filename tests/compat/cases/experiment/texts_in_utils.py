"""apply_backspaces_and_linefeeds on output of progress bars, and convert_camel_case_to_snake_case."""
# run:

from kit import tell

from sacred import Experiment
from sacred.utils import apply_backspaces_and_linefeeds, convert_camel_case_to_snake_case

texts = [
    "",
    "\n",
    "\r",
    "\b",
    "\n\n\n",
    "abc\rd",
    "abc\rdefgh",
    "abc\r\nd",
    "abc\n\rd",
    "abc\r\r\rx",
    "ab\b\b\bcd",
    "ab\bc\b\bd",
    "line\nab\b\b\bx",
    "\b\bstart",
    "tab\t\bx",
    "10%|#   |\r50%|##  |\r100%|####|\n",
    "10%|#         | 1/10\r100%|##| 10/10\nnext",
    "long line\rshort\nlong line\rshort\n",
    "ä\bö\rü",
    "\x1b[32mgreen\x1b[0m\rred",
    "a\rb\rc\bd\n\be",
    "no end\r",
    "end\r\n",
    "x" * 30 + "\b" * 10 + "y",
]
tell(texts=[[text, apply_backspaces_and_linefeeds(text)] for text in texts])
names = [
    "CamelCase",
    "camelCase",
    "CamelCamelCase",
    "Camel2Camel2Case",
    "HTTPResponseCode",
    "HTTPResponseCodeXYZ",
    "getHTTPResponseCode",
    "already_snake",
    "X",
    "XY",
    "x",
    "",
    "MongoDbOption",
    "PrintConfig",
    "A1B2",
    "word1",
]
tell(names=[[name, convert_camel_case_to_snake_case(name)] for name in names])
ex = Experiment("filtered")
ex.captured_out_filter = apply_backspaces_and_linefeeds


@ex.main
def main():
    for percent in (1, 50, 100):
        print(f"{percent}%", end="\r")
    print("done\b\b\b\bDONE")


run = ex.run()
tell(captured=[line for line in run.captured_out.splitlines() if "INFO" not in line])
