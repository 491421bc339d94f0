"""The text of a query becomes a tree, or an error that says where and what."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.errors import QueryError, QuerySyntaxError
from sacred.query.format import format_expression, format_path, format_sort_key, quote
from sacred.query.nodes import (
    And,
    Compare,
    Constant,
    Contains,
    Field,
    IsNone,
    Not,
    Or,
    SortKey,
    TextTest,
    Truth,
)
from sacred.query.parse import parse, parse_field, parse_sort

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LR = Field(("config", "lr"))


def moment(day, hour=0, minute=0):
    return Constant(datetime(2026, 1, day, hour, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("config.lr < 0.1", Compare("<", LR, Constant(0.1))),
        ("0.1 > config.lr", Compare(">", Constant(0.1), LR)),
        ("  config . lr\n==\t1  ", Compare("==", LR, Constant(1))),
        ("config['lr'] != -1", Compare("!=", LR, Constant(-1))),
        ("config.lr == +1_000", Compare("==", LR, Constant(1000))),
        ("config.lr == -inf", Compare("==", LR, Constant(float("-inf")))),
        ("config.lr == True", Compare("==", LR, Constant(True))),
        ("config.lr == None", Compare("==", LR, Constant(None))),
        ("config.lr is None", IsNone(LR)),
        ("config.lr is not None", Not(IsNone(LR))),
        ("1 <= config.lr < 2", And((Compare("<=", Constant(1), LR), Compare("<", LR, Constant(2))))),
        ("config.lr in (1, [2], None, nan, 'a')", None),
        ("config.lr in [1, -2]", Contains(LR, Constant([1, -2]))),
        ("'a' not in tags", Not(Contains(Constant("a"), Field(("tags",))))),
        ("config.lr in config.rates", Contains(LR, Field(("config", "rates")))),
        ("name in 'abc'", Contains(Field(("name",)), Constant("abc"))),
        ("not config.lr and id or True", Or((And((Not(Truth(LR)), Truth(Field(("id",))))), And(())))),
        ("False", Or(())),
        ("name.startswith('a')", TextTest("startswith", Field(("name",)), "a")),
        ('config.x.endswith("\\x00\\ud800é")', TextTest("endswith", Field(("config", "x")), "\0\ud800é")),
        ("config.contains.contains('')", TextTest("contains", Field(("config", "contains")), "")),
        ("fail_trace.matches(r'^a\\d+$')", TextTest("matches", Field(("fail_trace",)), r"^a\d+$")),
        ("name.matches('\\d+\\.')", TextTest("matches", Field(("name",)), r"\d+\.")),
        ("metrics.loss.min < 1", Compare("<", Field(("metrics", "loss", "min")), Constant(1))),
        ("metrics.val.loss.min < 1", Compare("<", Field(("metrics", "val.loss", "min")), Constant(1))),
        ("metrics['val.loss'].min < 1", Compare("<", Field(("metrics", "val.loss", "min")), Constant(1))),
        ("metrics['loss.min']", Truth(Field(("metrics", "loss.min")))),
        ("metrics.min", Truth(Field(("metrics", "min")))),
        ("metrics.min.min is None", IsNone(Field(("metrics", "min", "min")))),
        ("'loss' in metrics", Contains(Constant("loss"), Field(("metrics",)))),
        ("config['odd key'].x[0][-1]['0']", Truth(Field(("config", "odd key", "x", 0, -1, "0")))),
        ("config.lambda.is.as.None.in", Truth(Field(("config", "lambda", "is", "as", "None", "in")))),
        ("config.lambda == '.lambda is'", Compare("==", Field(("config", "lambda")), Constant(".lambda is"))),
        ("config['']", Truth(Field(("config", "")))),
        ("start_time > '2026-01-02'", Compare(">", Field(("start_time",)), moment(2))),
        ("'2026-01-02 03:04' <= heartbeat", Compare("<=", moment(2, 3, 4), Field(("heartbeat",)))),
        ("stop_time == '2026-01-02T03:00+01:00'", Compare("==", Field(("stop_time",)), moment(2, 2))),
        ("stop_time in ['2026-01-02']", Contains(Field(("stop_time",)), Constant([moment(2).value]))),
        ("start_time == None", Compare("==", Field(("start_time",)), Constant(None))),
        (
            "start_time < now - days(1) - hours(1)",
            Compare("<", Field(("start_time",)), Constant(datetime(2026, 2, 27, 23, tzinfo=UTC))),
        ),
        ("duration > hours(1) + minutes(0.5)", Compare(">", Field(("duration",)), Constant(3630.0))),
        ("config.t < weeks(1) - seconds(1)", Compare("<", Field(("config", "t")), Constant(604799))),
        ("tags[0] == 'a'", Compare("==", Field(("tags", 0)), Constant("a"))),
        ("result == [1, [True, None]]", Compare("==", Field(("result",)), Constant([1, [True, None]]))),
    ],
)
def test_what_is_read(text, tree):
    found = parse(text, now=NOW)
    if tree is not None:
        assert found == tree
    assert repr(parse(format_expression(found), now=NOW)) == repr(found)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("config.lr = 0.1", 10, 'expected "==" in place of "="'),
        ("config.lr === 0.1", 10, 'expected "=="'),
        ("config.lr <> 0.1", 10, 'expected "!="'),
        ("config.lr=1", 9, 'expected "=="'),
        ("config.lr == 1 && id == 2", 15, 'expected "and"'),
        ("config.lr == 1 | id == 2", 15, 'expected "or"'),
        ("!config.lr", 0, 'expected "not"'),
        ("~config.lr", 0, 'expected "not"'),
        ("config.a =~ 'x'", 9, 'expected .matches("pattern")'),
        ("config.lr == 1 AND id == 2", 15, '"AND" is written in small letters'),
        ("name LIKE 'a%'", 5, "expected .contains"),
        ("config.lr between 1 and 2", 10, 'expected "low <= field <= high"'),
        ("name contains 'a'", 5, 'expected .contains("text") behind the field'),
        ("contains(name, 'a')", 0, 'expected .contains("text") behind a field'),
        ("name == \u201ca\u201d", 8, "straight quotation mark"),
        ("name == 'abc", 8, "has no end: expected '"),
        ("name == 'abc\" and id == 1", 8, "has no end: expected '"),
        ("start_time > 2026-01-31", 13, 'a date is written in quotation marks: "2026-01-31"'),
        ("start_time > 'yesterday'", 13, 'expected a moment: "2026-01-31"'),
        ("start_time > 5", 13, "expected a moment"),
        ("config.x > now", 11, "a moment can be compared with start_time"),
        ("now > 1", 0, "expected a field on one side"),
        ("duration > 2h", 11, "written as hours(2)"),
        ("duration > 1.5 d or id", 15, "is missing before this place"),
        ("duration > '2h'", 11, "a number of seconds, or hours(2)"),
        ("duration > hour(2)", 11, 'did you mean "hours"'),
        ("duration > hours('a')", 17, "expected a number in hours()"),
        ("config.x == null", 12, 'expected None in place of "null"'),
        ("config.x is true", 12, 'expected None behind "is"'),
        ("config.x == true", 12, 'expected True in place of "true"'),
        ("statsu == 'a'", 0, 'there is no field "statsu". Did you mean "status"?'),
        ("lr < 1", 0, 'Did you mean "config.lr"?'),
        ("status == COMPLETED", 10, 'A text is written as "COMPLETED"'),
        ("id == 1 and (config.lr == 1", 12, '"(" was never closed'),
        ("config.lr == 1)", 14, 'unmatched ")"'),
        ("config.lr ==", 12, "something is missing at the end"),
        ("config.lr == 1 or", 17, "something is missing at the end"),
        ("config.lr == 012", 13, "no number"),
        ("config.lr == 1j", 13, "expected a field, a text"),
        ("config.lr + 1 == 2", 0, "expected a field, a text"),
        ("config.lr == 2 * 3", 13, "queries do not calculate"),
        ("config.lr == -'a'", 14, 'expected a number behind "-"'),
        ("config.lr == [id]", 14, "a list can't have fields in it"),
        ("config.lr in {1, 2}", 13, "has no meaning here"),
        ("config.lr in 5", 13, "expected a list, a text, or a field"),
        ("None in tags", 0, "None is in no list"),
        ("config.lr < None", 12, "nothing else has an order"),
        ("True < config.lr", 0, "nothing else has an order"),
        ("config.lr < [1]", 12, "nothing else has an order"),
        ("status.x == 1", 0, '"status" has no parts'),
        ("tags.x == 1", 0, '"tags" has no parts'),
        ("config[True]", 7, "expected a key in quotation marks"),
        ("config[1:2]", 7, "expected a key in quotation marks"),
        ("config.lr.lower() == 'a'", 0, "expected a field, a text"),
        ("name.startwith('a')", 0, 'did you mean "startswith"'),
        ("name.startswith(1)", 16, "expected one text in quotation marks"),
        ("name.startswith('a', 'b')", 16, "expected one text in quotation marks"),
        ("name.startswith()", 0, "expected one text in quotation marks"),
        ("start_time.startswith('2026')", 0, '"start_time" is no text'),
        ("name.matches('(')", 13, "no regular expression"),
        ("name.matches('\\bcuda')", 13, "written with an r before it"),
        ("name.matches('(a+)+$')", 13, "which can take for ever"),
        ("metrics.loss < 1", 0, "expected .last, .min"),
        ("metrics.loss.mim < 1", 0, 'did you mean ".min"?'),
        ("metrics.loss[0] < 1", 0, "expected the name of a metric"),
        ("days(2)", 0, "expected a condition"),
        ("1 == 1", 0, "expected a field on one side"),
        ("'text'", 0, "expected a condition"),
        ("3", 0, "the run 3 is id == 3"),
        ("metrics.train/loss.last < 3", 0, 'in brackets: metrics["train/loss"].last'),
        ("3 < metrics.a.b/c-d.e.min", 4, 'in brackets: metrics["a.b/c-d.e"].min'),
        ("metrics.train/loss", 0, 'in brackets: metrics["train/loss"]'),
        ("config.batch-size == 1", 0, 'in brackets: config["batch-size"]'),
        (
            'name == "x" and config.optimizer.batch-size in [1]',
            16,
            'in brackets: config.optimizer["batch-size"]',
        ),
        ("config.a - config.b > 0", 0, "expected a field, a text"),
        ("result/2 > 0", 0, "expected a field, a text"),
        ("config.lr < 1 and 12", 18, "the run 12 is id == 12"),
        ("", 0, "expected a condition"),
        (" \n ", 0, "expected a condition"),
        ("id == 1 # comment", 8, '"#" has no meaning here'),
        ("__import__('os').system('x')", 0, "there is no"),
        ("(lambda: 1)()", 0, "there is no"),
        ("[tag for tag in tags]", 0, "expected a condition"),
        ("config.x if id else 1", 0, "expected a condition"),
        ("*tags", 0, "expected a condition"),
        ("id == 'a\0'", 8, "written with a backslash"),
        ("id == 'a\udcff'", 8, "written with a backslash"),
        ("start_time > now - days(1e12)", 13, "there is no such moment"),
        ("é == 1 and name == '日本' and config.x = 1", 37, 'expected "=="'),
    ],
)
def test_a_mistake_is_shown_where_it_is(text, position, reason):
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, known=["config.lr", "info.best"])
    error = caught.value
    assert reason in error.reason
    assert error.position == position
    assert str(error).startswith(error.reason + "\n    ")
    assert isinstance(error, QueryError)


def test_the_error_shows_the_place():
    with pytest.raises(QuerySyntaxError) as caught:
        parse("name == '日本' and config.x = 1")
    _, line, caret = str(caught.value).split("\n")
    assert line == "    name == '日本' and config.x = 1"
    assert caret.index("^") == line.index("= 1") + 2  # two wide characters


def test_of_a_long_query_the_error_shows_what_is_near():
    with pytest.raises(QuerySyntaxError) as caught:
        parse("id == 1 or " * 500 + "config.lr = 1" + " or id == 1" * 300)
    _, line, caret = str(caught.value).split("\n")
    assert len(line) < 90
    assert line[caret.index("^")] == "="


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "not " * 2000 + "id",
        "-" * 5000 + "1 == id",
        "not (" * 120 + "id" + ")" * 120,
        "config" + ".x" * 4000,
        "config" + "[0]" * 3000,
        "id == " + "9" * 5000,
        "[" * 90 + "]" * 90 + " == result and id = 1",
        "x" * 10_001,
        "config.a == 1 or " * 600,
    ],
)
def test_what_is_too_much_is_refused(text):
    with pytest.raises(QuerySyntaxError):
        parse(text)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+", "(a*)*b", "((ab)+)+", "(a|b+)*", "(?:x+y?)+", "((a{1,100}))+", "(aa?)*b", "(a|aa)*b"),
        *("(ab|ab)*c", "(a|.)*b(x|)+", "(?P<x>(a+)){1,200}", "(?=(a+)+b)", "(?i:(a+?)+?)", "a" * 501),
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern):
    with pytest.raises(QuerySyntaxError, match="pattern"):
        parse(f"name.matches({pattern!r})")


@pytest.mark.parametrize(
    "pattern",
    [
        *("a+b+", "(ab)+", "(a|b)*", "^v[0-9]+(\\.[0-9]+){0,2}$", "(?i)cuda", ".*x", "(a+){2}", "(a?b+)?"),
        *("(cat|dog)+", "[a-c]+$", "(\\d\\d:){1,100}", "(?:a{3})*", "x{10}", "(?<!a)b", "(a++)?"),
    ],
)
def test_other_patterns_are_taken(pattern):
    assert parse(f"name.matches({pattern!r})") == TextTest("matches", Field(("name",)), pattern)


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_an_error(text):
    error = find_mistake(text)
    assert error is None or (0 <= error.position <= len(error.query) and "\n" not in error.reason)


def find_mistake(text):
    try:
        parse(text)
    except QuerySyntaxError as error:
        return error
    return None


WORDS = st.sampled_from(
    [
        "config.lr",
        "==",
        "<",
        "and",
        "or",
        "not",
        "(",
        ")",
        "in",
        "[",
        "]",
        "1",
        '"a"',
        ".",
        "is",
        "None",
        "now",
    ]
)


@given(st.lists(WORDS, max_size=12))
def test_any_words_are_a_query_or_an_error(words):
    find_mistake(" ".join(words))


def test_sort_keys():
    loss = Field(("metrics", "val.loss", "min"))
    assert parse_sort("-metrics.val.loss.min") == (SortKey(loss, descending=True),)
    assert parse_sort("status, -result") == (
        SortKey(Field(("status",))),
        SortKey(Field(("result",)), descending=True),
    )
    assert parse_sort(["id", "-name"]) == parse_sort("id, -name")
    assert parse_sort([]) == ()
    assert [format_sort_key(key) for key in parse_sort('-config["a, b"], id')] == ['-config["a, b"]', "id"]


@pytest.mark.parametrize("text", ["", "results", "metrics.loss", "1", "-", "id id", "config.x == 1", "--id"])
def test_bad_sort_keys(text):
    with pytest.raises(QuerySyntaxError):
        parse_sort(text)


def test_a_name_in_pieces_as_a_sort_key_or_a_column():
    with pytest.raises(QuerySyntaxError, match=r'in brackets: metrics\["a/b"\]\.last'):
        parse_sort("-metrics.a/b.last")
    with pytest.raises(QuerySyntaxError, match=r'in brackets: config\["a-b"\]'):
        parse_field("config.a-b")


def test_a_single_field():
    assert parse_field('config["odd key"].x') == Field(("config", "odd key", "x"))
    with pytest.raises(QuerySyntaxError, match='Did you mean "result"'):
        parse_field("resutl")


@pytest.mark.parametrize(
    "path",
    [
        ("config", "lr"),
        ("config", "odd key", 0, -1, "x"),
        ("config", "lambda"),
        ("config", "é", "", "a.b", "0", "\udcff", "'", '"', "\\", "a\nb"),
        ("metrics", "val.loss", "min"),
        ("metrics", "val.loss"),
        ("metrics", "val.min"),
        ("metrics", "val.min", "min"),
        ("metrics", "val..loss", "min"),
        ("metrics", "val.1", "min"),
        ("metrics", "val.if", "last_step"),
        ("metrics", "min"),
        ("metrics", "min", "max"),
        ("metrics", "a b"),
    ],
)
def test_a_formatted_path_reads_back(path):
    assert parse_field(format_path(path)).path == path


def test_metrics_with_dots_are_formatted_as_people_write_them():
    assert format_path(("metrics", "val.loss", "min")) == "metrics.val.loss.min"
    assert format_path(("metrics", "val.loss")) == "metrics.val.loss"
    assert format_path(("metrics", "val.min")) == 'metrics["val.min"]'


@given(st.text())
def test_a_quoted_text_reads_back(text):
    assert parse(f"name == {quote(text)}") == Compare("==", Field(("name",)), Constant(text))
