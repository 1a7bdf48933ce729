import random


def handle(params):
    """{"roll": "4d6"} -> [4, 6, 4, 3]"""
    count, sides = map(int, params["roll"].split("d"))
    return [random.randint(1, sides) for _ in range(count)]
