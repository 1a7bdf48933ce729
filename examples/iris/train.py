"""Trains a classifier on Fisher's irises: a small but real machine-learning script.

Parameters come from the JSON file that GLOVEBOX_PARAMS names; without Glovebox the defaults below hold.
Writes metrics.json, model.pkl and confusion.svg. The same parameters give the same bytes.
"""
import json
import os
import pickle
import sys

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DEFAULTS = {"C": 1.0, "test_size": 0.25}
SEED = 42


def parameters():
    given = {}
    if os.environ.get("GLOVEBOX_PARAMS"):
        with open(os.environ["GLOVEBOX_PARAMS"], encoding="utf-8") as file:
            given = json.load(file)
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        sys.exit(f"train.py: unknown parameter {', '.join(unknown)}; there are {', '.join(DEFAULTS)}")
    return {**DEFAULTS, **given}


def confusion_svg(matrix, names):
    """The confusion matrix as a picture: rows are what a flower is, columns what it was taken for."""
    cell, left, top = 90, 110, 60
    size = cell * len(names)
    most = matrix.max()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + size + 20}" height="{top + size + 20}" '
        'font-family="sans-serif" font-size="14" text-anchor="middle">',
        f'<text x="{left + size / 2}" y="22" font-weight="bold">predicted</text>',
    ]
    for i, name in enumerate(names):
        middle = i * cell + cell / 2
        parts.append(f'<text x="{left + middle}" y="{top - 12}">{name}</text>')
        parts.append(f'<text x="{left - 10}" y="{top + middle + 5}" text-anchor="end">{name}</text>')
        for j in range(len(names)):
            count = int(matrix[i, j])
            shade = 255 - round(200 * count / most)
            ink = "white" if shade < 140 else "black"
            x, y = left + j * cell, top + i * cell
            parts.append(f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="rgb({shade},{shade},255)" stroke="white"/>')
            parts.append(f'<text x="{x + cell / 2}" y="{y + cell / 2 + 5}" fill="{ink}">{count}</text>')
    return "\n".join(parts + ["</svg>\n"])


def main():
    given = parameters()
    data = load_iris()
    train_x, test_x, train_y, test_y = train_test_split(
        data.data, data.target, test_size=given["test_size"], random_state=SEED, stratify=data.target
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(C=given["C"], max_iter=1000, random_state=SEED))
    model.fit(train_x, train_y)
    predicted = model.predict(test_x)

    metrics = {
        "accuracy": accuracy_score(test_y, predicted),
        "f1": f1_score(test_y, predicted, average="macro"),
        "train_accuracy": model.score(train_x, train_y),
        "train_size": len(train_y),
        "test_size": len(test_y),
    }
    with open("metrics.json", "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=2)
        file.write("\n")
    with open("model.pkl", "wb") as file:
        pickle.dump(model, file, protocol=4)
    with open("confusion.svg", "w", encoding="utf-8") as file:
        file.write(confusion_svg(confusion_matrix(test_y, predicted), list(data.target_names)))

    print(f"C={given['C']}, test_size={given['test_size']}: trained on {len(train_y)} flowers, tested on {len(test_y)}")
    print(f"accuracy {metrics['accuracy']:.3f}   f1 {metrics['f1']:.3f}   (on the training set: {metrics['train_accuracy']:.3f})")
    print("wrote metrics.json, model.pkl, confusion.svg")


if __name__ == "__main__":
    main()
