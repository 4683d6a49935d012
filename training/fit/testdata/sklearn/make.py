"""Makes curves.json: ROC and calibration as scikit-learn computes them, for 240 drawn probabilities.

The versions used stand in the file. Run: python make.py > curves.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score, roc_curve

rng = np.random.RandomState(113)
labels = rng.randint(0, 2, 240)
# Two decimals, so that there are ties within and across the labels, and probabilities on the edges of
# the tenths; some with all their digits.
drawn = np.where(labels == 1, rng.beta(3, 2, 240), rng.beta(2, 3, 240))
drawn = np.where(rng.rand(240) < 0.7, np.round(drawn, 2), drawn)
drawn[:6] = [0, 1, 0.5, 0.25, 0.75, 0.5]
p = drawn.astype(np.float32).astype(np.float64)

false, true, _ = roc_curve(labels, p, drop_intermediate=False)
share, mean = calibration_curve(labels, p, n_bins=10, strategy="uniform")
json.dump(
    {
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "labels": labels.tolist(),
        "probabilities": p.tolist(),
        "false": false.tolist(),
        "true": true.tolist(),
        "area": roc_auc_score(labels, p),
        "share": share.tolist(),
        "mean": mean.tolist(),
    },
    sys.stdout,
)
print()
