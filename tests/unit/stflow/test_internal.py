"""Listening to calls of methods and functions for as long as a block runs."""

import types

import pytest

from sacred.stflow.internal import ContextMethodDecorator, start_listening, stop_listening


class Greeter:
    def greet(self, *names, **more):
        """Greet."""
        return ("greet", names, more)


class LoudGreeter(Greeter):
    pass


@pytest.fixture
def greet():
    """The method, which every test leaves as it was."""
    method = vars(Greeter)["greet"]
    yield method
    assert vars(Greeter)["greet"] is method
    assert "greet" not in vars(LoudGreeter)


def mark(word):
    return lambda instance, method, args, kwargs: (word, method(instance, *args, **kwargs))


def test_the_decorator_gets_the_instance_the_method_and_the_arguments(greet):
    greeter, seen = Greeter(), []

    def decorate(instance, method, args, kwargs):
        seen.append((instance, method, args, kwargs))
        return method(instance, *args, **kwargs), "decorated"

    with ContextMethodDecorator(Greeter, "greet", decorate) as entered:
        assert entered is None
        assert greeter.greet(1, b=2) == (("greet", (1,), {"b": 2}), "decorated")
        assert Greeter.greet.__name__, Greeter.greet.__doc__ == ("greet", "Greet.")
    assert seen == [(greeter, greet, (1,), {"b": 2})]
    assert greeter.greet() == ("greet", (), {})


def test_the_method_is_back_after_an_exception(greet):
    with pytest.raises(ZeroDivisionError), ContextMethodDecorator(Greeter, "greet", mark("a")):
        _ = 1 / 0
    assert Greeter().greet() == ("greet", (), {})


def test_nested_decorators_all_apply_and_the_inner_one_is_called_first(greet):
    with (
        ContextMethodDecorator(Greeter, "greet", mark("a")),
        ContextMethodDecorator(Greeter, "greet", mark("b")),
    ):
        assert Greeter().greet() == ("b", ("a", ("greet", (), {})))


def test_they_may_be_left_in_another_order_than_entered(greet):
    first, second = (ContextMethodDecorator(Greeter, "greet", mark(word)) for word in "ab")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert Greeter().greet() == ("b", ("greet", (), {}))
    second.__exit__(None, None, None)


def test_one_decorator_entered_twice_applies_once_until_it_is_left_twice(greet):
    decorator = ContextMethodDecorator(Greeter, "greet", mark("a"))
    with decorator:
        with decorator:
            assert Greeter().greet() == ("a", ("greet", (), {}))
        assert Greeter().greet() == ("a", ("greet", (), {}))


def test_an_inherited_method_is_decorated_for_the_class_alone(greet):
    with ContextMethodDecorator(LoudGreeter, "greet", mark("loud")):
        assert LoudGreeter().greet() == ("loud", ("greet", (), {}))
        assert Greeter().greet() == ("greet", (), {})


def test_a_missing_method_is_an_error_each_time():
    for _ in range(2):
        with (
            pytest.raises(AttributeError, match="nothing"),
            ContextMethodDecorator(Greeter, "nothing", mark("a")),
        ):
            pass


def test_what_others_put_over_it_stays_and_calls_the_method():
    class Waver:
        def wave(self):
            return "wave"

    decorator = ContextMethodDecorator(Waver, "wave", mark("a"))
    decorator.__enter__()
    ours = Waver.wave
    Waver.wave = lambda self: ("theirs", ours(self))
    assert Waver().wave() == ("theirs", ("a", "wave"))
    decorator.__exit__(None, None, None)
    assert Waver().wave() == ("theirs", "wave")


def test_the_functions_of_a_module_can_be_listened_to():
    module = types.ModuleType("tools")
    module.add = add = lambda a, b: a + b

    def double(original, args, kwargs):
        return 2 * original(*args, **kwargs)

    start_listening(module, "add", double)
    assert module.add(1, b=2) == 6
    stop_listening(module, "add", double)
    assert module.add is add
