"""Whatever the runs and the query are: every translation finds what the evaluator finds."""

import pytest
from hypothesis import given

from query_tables import fill, make_sqlite, write_statement
from sacred.errors import QuerySyntaxError
from sacred.query.evaluate import make_test
from sacred.query.format import format_expression
from sacred.query.parse import parse
from sacred.stores.narrowing import choose, cut, finish
from sacred.stores.sql_text import MARIADB, POSTGRESQL, SQLITE
from sacred.testing.strategies import NOW, cases, make_maker
from servers import run_mariadb, run_postgresql

EXAMPLES = 300


def ask(database, query, sort):
    statement, parameters, condition, order = write_statement(query, sort, SQLITE, NOW)
    return database.execute(statement, parameters).fetchall(), condition, order


def check_query(documents, query, found):
    rows, condition, _ = found
    fits = make_test(query, NOW)
    fitting = {document["id"] for document in documents if fits(document)}
    unsure = {run_id: is_unsure for run_id, is_unsure, _ in rows}
    assert fitting <= unsure.keys()
    if condition.is_exact:
        assert {run_id for run_id, is_unsure in unsure.items() if not is_unsure} <= fitting


def check_sort(documents, sort, found):
    rows, _, order = found
    if order.is_exact and not any(unsure for _, _, unsure in rows):
        assert [run_id for run_id, _, _ in rows] == choose(documents, None, sort, NOW)


@given(case=cases())
def test_sql_finds_what_fits(case):
    documents, query, sort = case
    database = make_sqlite(documents)
    check_query(documents, query, ask(database, query, ()))
    check_sort(documents, sort, ask(database, None, sort))


@pytest.mark.parametrize("seed", range(8))
def test_sql_finds_what_fits_of_many_runs(seed):
    maker = make_maker(seed)
    documents = maker.make_runs(60)
    database = make_sqlite(documents)
    for _ in range(EXAMPLES):
        query, sort = maker.make_expression(), maker.make_sort()
        check_query(documents, query, ask(database, query, ()))
        check_sort(documents, sort, ask(database, None, sort))


@pytest.fixture(
    scope="module",
    params=[(run_postgresql, POSTGRESQL), (run_mariadb, MARIADB)],
    ids=["PostgreSQL", "MariaDB"],
)
def server(request, tmp_path_factory):
    """A connection to a real server, and its dialect."""
    from sqlalchemy import create_engine

    run, dialect = request.param
    with run(tmp_path_factory.mktemp("server")) as make_database:
        url = make_database("queries").replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url.replace("mysql://", "mysql+pymysql://"))
        with engine.connect() as connection:
            yield connection, dialect
        engine.dispose()


@pytest.mark.parametrize("seed", range(2))
def test_servers_find_what_fits(server, seed):
    from sqlalchemy import text

    connection, dialect = server
    maker = make_maker(seed)
    documents = maker.make_runs(60)
    fill(connection, documents)
    for _ in range(EXAMPLES):
        for query, sort, check in (
            (maker.make_expression(), (), check_query),
            (None, maker.make_sort(), check_sort),
        ):
            statement, parameters, condition, order = write_statement(query, sort, dialect, NOW)
            rows = connection.execute(text(statement), parameters).all()
            check(documents, query or sort, (rows, condition, order))


@pytest.mark.parametrize("seed", range(3))
def test_a_formatted_query_reads_back_and_means_the_same(seed):
    maker = make_maker(seed)
    documents = maker.make_runs(40)
    read = 0
    for _ in range(EXAMPLES):
        query = maker.make_expression()
        text = format_expression(query)
        try:
            again = parse(text)
        except QuerySyntaxError:  # a tree can hold what no text says: `config.x < None`
            continue
        read += 1
        assert repr(parse(format_expression(again))) == repr(again)
        one, other = make_test(query, NOW), make_test(again, NOW)
        assert all(one(document) == other(document) for document in documents)
    assert read > EXAMPLES / 3


@pytest.mark.parametrize("seed", range(3))
def test_answers_are_the_same_however_a_store_narrows(seed):
    maker = make_maker(seed)
    documents = maker.make_runs(60)
    database = make_sqlite(documents)
    by_id = {document["id"]: document for document in documents}
    for _ in range(EXAMPLES // 3):
        query, sort = maker.make_expression(), maker.make_sort()
        limit, offset = maker.pick((None, 0, 3, 100)), maker.pick((0, 2, 100))
        rows, condition, order = ask(database, query, sort)
        loaded = []

        def load(ids, loaded=loaded):
            loaded.extend(ids)
            return {run_id: by_id[run_id] for run_id in ids}

        found = finish(rows, condition, order, load, limit=limit, offset=offset)
        assert found == cut(choose(documents, query, sort, NOW), limit, offset)
