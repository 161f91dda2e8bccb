// Written by scripts/generate.mjs from the catalogue in kernels/. Do not edit: npm run generate.
import type { KernelSpec } from '../types.js'

/** Every kernel of the catalogue, in its order: the index is the kernel's number in the addon. */
export const KERNELS: readonly KernelSpec[] = [
  {
    "name": "absolute",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Absolute value.",
    "formula": "|x|",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "adaptive_mean",
    "shape": "scan",
    "inputs": [
      "x",
      "alpha"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Exponential mean whose α, bounded to 0 … 1, is given for each row; it starts from the value before the first α, or at the first value where there is none before.",
    "formula": "y + α·(x − y)",
    "source": "Kaufman 1995, Smarter Trading",
    "accuracy": 1e-12,
    "state": 2
  },
  {
    "name": "add",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "Sum of two fields.",
    "formula": "x + y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "atr",
    "shape": "scan",
    "inputs": [
      "high",
      "low",
      "close"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      }
    ],
    "summary": "Average true range: Wilder's mean of the true range, from the second valid bar on.",
    "formula": "mean of max(high − low, |high − close[−1]|, |low − close[−1]|)",
    "source": "Wilder 1978, New Concepts in Technical Trading Systems",
    "accuracy": 1e-12,
    "state": 3
  },
  {
    "name": "coalesce",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "x, or y where x is missing.",
    "formula": "x valid ? x : y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "cross_corr",
    "shape": "cross",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Pearson correlation across the row, of the columns where both are valid, in every column; missing where either is all equal.",
    "formula": "Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)",
    "source": "Pearson 1895, doi:10.1098/rspl.1895.0041",
    "accuracy": 1e-10,
    "state": 0
  },
  {
    "name": "cross_count",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Count of the valid values of the row, in every column; missing where there is none.",
    "formula": "n",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "cross_demean",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "The value less the mean of its row.",
    "formula": "x − mean",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_mean",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Mean of the row, in every column; missing where there is no value.",
    "formula": "Σ x / n",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_percentile",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Percentile across the row, 0 … 100, ties at their average rank; 50 where there is one value.",
    "formula": "100·(average rank − 1)/(n − 1)",
    "source": "definition",
    "accuracy": 1e-15,
    "state": 0
  },
  {
    "name": "cross_rank",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Average rank of ties across the row, divided by the count of valid values.",
    "formula": "(#{other < x} + (#{other = x} + 1)/2) / n",
    "source": "Kakushadze 2016, doi:10.2139/ssrn.2701346",
    "accuracy": 1e-15,
    "state": 0
  },
  {
    "name": "cross_residual",
    "shape": "cross",
    "inputs": [
      "y",
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "What is left of y when its least-squares multiple of x across the row, through the origin, is taken away; y where x is all 0, and 0 where no more than 1e-24 of Σy² would be left.",
    "formula": "y − x·Σxy/Σx²",
    "source": "Gauss 1809, Theoria motus",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_scale",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "a",
        "min": -1e+300,
        "max": 1e+300,
        "fallback": 1,
        "unit": "sum of absolute values"
      }
    ],
    "summary": "The row scaled to a sum of absolute values of a; missing where that sum is 0.",
    "formula": "a·x / Σ|x|",
    "source": "Kakushadze 2016, doi:10.2139/ssrn.2701346",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_std",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Population standard deviation of the row (ddof = 0), in every column.",
    "formula": "√(Σ (x − mean)² / n)",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 0
  },
  {
    "name": "cross_sum",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Sum of the row, in every column; missing where there is no value.",
    "formula": "Σ x",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_winsorize_mad",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "k",
        "min": 0,
        "max": 1000000,
        "fallback": 5,
        "unit": "scaled median absolute deviations"
      }
    ],
    "summary": "Values beyond k·1.4826 median absolute deviations from the row's median are set to that bound.",
    "formula": "min(max(x, median − k·1.4826·MAD), median + k·1.4826·MAD)",
    "source": "Hampel 1974, doi:10.1080/01621459.1974.10482962",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_winsorize_quantile",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "q",
        "min": 0,
        "max": 0.5,
        "fallback": 0.01,
        "unit": "share of the row"
      }
    ],
    "summary": "Values beyond the row's quantiles q and 1 − q are set to them; quantiles interpolate linearly.",
    "formula": "min(max(x, Q(q)), Q(1 − q))",
    "source": "Hyndman, Fan 1996, type 7, doi:10.1080/00031305.1996.10473566",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "cross_winsorize_sigma",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "k",
        "min": 0,
        "max": 1000000,
        "fallback": 3,
        "unit": "standard deviations"
      }
    ],
    "summary": "Values beyond k population standard deviations (ddof = 0) from the row's mean are set to that bound.",
    "formula": "min(max(x, mean − k·σ), mean + k·σ)",
    "source": "Tukey 1962, doi:10.1214/aoms/1177704711",
    "accuracy": 1e-10,
    "state": 0
  },
  {
    "name": "cross_zscore",
    "shape": "cross",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "clip",
        "min": 0,
        "max": 1000000,
        "fallback": 0,
        "unit": "standard deviations; 0 = none"
      }
    ],
    "summary": "Z-score across the row with the population standard deviation (ddof = 0); missing where all values are equal.",
    "formula": "(x − mean) / √(Σ (x − mean)² / n)",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 0
  },
  {
    "name": "cumulative_product",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Product of all values so far.",
    "formula": "Π x",
    "source": "definition",
    "accuracy": 0,
    "state": 1
  },
  {
    "name": "cumulative_sum",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Sum of all values so far; what each addition rounds off is kept, so it does not drift.",
    "formula": "Σ x",
    "source": "Neumaier 1974, doi:10.1002/zamm.19740540106",
    "accuracy": 1e-15,
    "state": 2
  },
  {
    "name": "difference",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "steps",
        "min": 1,
        "max": 16384,
        "fallback": 1,
        "unit": "rows"
      }
    ],
    "summary": "Change over some rows.",
    "formula": "x[t] − x[t − steps]",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "divide",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "Quotient of two fields; missing where y = 0.",
    "formula": "x/y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "ema",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      }
    ],
    "summary": "Exponential moving average, seeded with the mean of the first `window` valid values.",
    "formula": "y + 2/(window + 1)·(x − y)",
    "source": "TA-Lib TA_EMA",
    "accuracy": 1e-12,
    "state": 2
  },
  {
    "name": "equal",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "1 where x = y, else 0; missing where either is missing.",
    "formula": "x = y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "ewm",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      }
    ],
    "summary": "Exponentially weighted mean of all values so far, its weights summing to 1 from the first value on, as pandas and qlib have it.",
    "formula": "Σ (1 − α)^i·x[−i] / Σ (1 − α)^i, α = 2/(window + 1)",
    "source": "pandas DataFrame.ewm, adjust=True",
    "accuracy": 1e-12,
    "state": 2
  },
  {
    "name": "exp",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Exponential.",
    "formula": "e^x",
    "source": "FDLIBM e_exp.c (Sun Microsystems 1993)",
    "accuracy": 4e-16,
    "state": 0
  },
  {
    "name": "fisher",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Ehlers' Fisher transform of a position in its range, −1 … 1, both smoothed: v is set to ±0.999 where it is beyond ±0.99.",
    "formula": "½·ln((1 + v)/(1 − v)) + ½·y[−1], v = 0.33·x + 0.67·v[−1]",
    "source": "Ehlers 2002, Using the Fisher Transform, Stocks & Commodities 20",
    "accuracy": 1e-14,
    "state": 2
  },
  {
    "name": "group_demean",
    "shape": "cross",
    "inputs": [
      "x",
      "g"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "The value less the mean of its group; a group is the columns of a row with one code g.",
    "formula": "x − mean",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "group_mean",
    "shape": "cross",
    "inputs": [
      "x",
      "g"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Mean of the group, in every column that has a group; a group is the columns of a row with one code g.",
    "formula": "Σ x / n",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "group_rank",
    "shape": "cross",
    "inputs": [
      "x",
      "g"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Average rank of ties in the group, divided by its count of valid values.",
    "formula": "(#{other < x} + (#{other = x} + 1)/2) / n",
    "source": "definition",
    "accuracy": 1e-15,
    "state": 0
  },
  {
    "name": "group_scale",
    "shape": "cross",
    "inputs": [
      "x",
      "g"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "a",
        "min": -1e+300,
        "max": 1e+300,
        "fallback": 1,
        "unit": "sum of absolute values"
      }
    ],
    "summary": "The group scaled to a sum of absolute values of a; missing where that sum is 0.",
    "formula": "a·x / Σ|x|",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 0
  },
  {
    "name": "group_zscore",
    "shape": "cross",
    "inputs": [
      "x",
      "g"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Z-score in the group with the population standard deviation (ddof = 0); missing where all values are equal.",
    "formula": "(x − mean) / √(Σ (x − mean)² / n)",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 0
  },
  {
    "name": "lag",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "steps",
        "min": 0,
        "max": 16384,
        "fallback": 1,
        "unit": "rows"
      }
    ],
    "summary": "The value some rows ago.",
    "formula": "x[t − steps]",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "less",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "1 where x < y, else 0; missing where either is missing.",
    "formula": "x < y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "less_equal",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "1 where x ≤ y, else 0; missing where either is missing.",
    "formula": "x ≤ y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "log",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Natural logarithm; missing for values ≤ 0.",
    "formula": "ln x",
    "source": "FDLIBM e_log.c (Ng, Sun Microsystems 1993)",
    "accuracy": 4e-16,
    "state": 0
  },
  {
    "name": "log_return",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "steps",
        "min": 1,
        "max": 16384,
        "fallback": 1,
        "unit": "rows"
      }
    ],
    "summary": "Logarithmic change over some rows.",
    "formula": "ln(x[t]/x[t − steps])",
    "source": "definition",
    "accuracy": 1e-15,
    "state": 0
  },
  {
    "name": "logical_and",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "Logical and of two conditions; missing where either is missing.",
    "formula": "x ≠ 0 ∧ y ≠ 0",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "logical_not",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "1 where a condition is 0, else 0; missing where it is missing.",
    "formula": "x = 0",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "logical_or",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "Logical or of two conditions; missing where either is missing.",
    "formula": "x ≠ 0 ∨ y ≠ 0",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "maximum",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "The greater of two values.",
    "formula": "max(x, y)",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "minimum",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "The smaller of two values.",
    "formula": "min(x, y)",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "multiply",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "Product of two fields.",
    "formula": "x·y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "negate",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "The value with its sign changed.",
    "formula": "−x",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "not_equal",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "1 where x ≠ y, else 0; missing where either is missing.",
    "formula": "x ≠ y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "ohlcv",
    "shape": "segment",
    "inputs": [
      "bars",
      "pieces"
    ],
    "outputs": [
      "buckets"
    ],
    "options": [],
    "summary": "Bars of a wider timeframe: first, greatest, least and last price, volume and count of the bars in each bucket.",
    "formula": "open = first, high = max, low = min, close = last, volume = Σ, bars = count",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "power",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "x to the power y; missing where that is no real number.",
    "formula": "x^y",
    "source": "Dekker 1971, doi:10.1007/BF01397083",
    "accuracy": 4e-16,
    "state": 0
  },
  {
    "name": "previous",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "The last value before this one, however many rows without a value lie between.",
    "formula": "the last valid x before x[t]",
    "source": "definition",
    "accuracy": 0,
    "state": 1
  },
  {
    "name": "rolling_argmax",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Position of the first greatest value of a window, its oldest row counted as 1.",
    "formula": "argmax x",
    "source": "Kakushadze 2016, doi:10.2139/ssrn.2701346",
    "accuracy": 0,
    "state": 3
  },
  {
    "name": "rolling_argmin",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Position of the first least value of a window, its oldest row counted as 1.",
    "formula": "argmin x",
    "source": "Kakushadze 2016, doi:10.2139/ssrn.2701346",
    "accuracy": 0,
    "state": 3
  },
  {
    "name": "rolling_corr",
    "shape": "rolling",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Pearson correlation over a window, of the rows where both are valid; missing where either side is all equal.",
    "formula": "Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)",
    "source": "Pearson 1895, doi:10.1098/rspl.1895.0041",
    "accuracy": 1e-10,
    "state": 8
  },
  {
    "name": "rolling_cov",
    "shape": "rolling",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Sample covariance over a window (ddof = 1), of the rows where both are valid.",
    "formula": "Σ (x − mean x)(y − mean y) / (n − 1)",
    "source": "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
    "accuracy": 1e-10,
    "state": 8
  },
  {
    "name": "rolling_decay_linear",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Mean of the valid values of a window, weighted by row: 1 for the oldest, the window for the newest.",
    "formula": "Σ k·x / Σ k",
    "source": "Kakushadze 2016, doi:10.2139/ssrn.2701346",
    "accuracy": 1e-12,
    "state": 6
  },
  {
    "name": "rolling_drawdown",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Greatest fall within a window, from a value to a later one; 0 where it only rises.",
    "formula": "max x[i] − x[j], i ≤ j",
    "source": "Magdon-Ismail, Atiya 2004, Risk 17 (10)",
    "accuracy": 0,
    "state": 4
  },
  {
    "name": "rolling_kurt",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 4,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Excess kurtosis of a window, corrected for bias: 0 for normal values; missing where all values are equal.",
    "formula": "n(n + 1)/((n − 1)(n − 2)(n − 3)) · Σ ((x − mean)/std)⁴ − 3(n − 1)²/((n − 2)(n − 3))",
    "source": "Joanes, Gill 1998, doi:10.1111/1467-9884.00122",
    "accuracy": 1e-10,
    "state": 6
  },
  {
    "name": "rolling_line",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      },
      {
        "name": "ahead",
        "min": -16384,
        "max": 16384,
        "fallback": 0,
        "unit": "rows after the newest"
      }
    ],
    "summary": "The least-squares line of the valid values on the row number, at some row after the newest one, or before it.",
    "formula": "mean x + slope·(t + ahead − mean t)",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 7
  },
  {
    "name": "rolling_mad",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Mean absolute deviation of a window from its mean.",
    "formula": "Σ |x − mean| / n",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 3
  },
  {
    "name": "rolling_max",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Greatest value of a window.",
    "formula": "max x",
    "source": "definition",
    "accuracy": 0,
    "state": 3
  },
  {
    "name": "rolling_mean",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Mean over a window.",
    "formula": "Σ x / n",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 3
  },
  {
    "name": "rolling_min",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Least value of a window.",
    "formula": "min x",
    "source": "definition",
    "accuracy": 0,
    "state": 3
  },
  {
    "name": "rolling_product",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Product over a window.",
    "formula": "Π x",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 2
  },
  {
    "name": "rolling_quantile",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      },
      {
        "name": "q",
        "min": 0,
        "max": 1,
        "fallback": 0.5,
        "unit": "share of the values"
      }
    ],
    "summary": "Quantile of a window by linear interpolation: 0.5 is the median.",
    "formula": "x₍ₖ₎ + (x₍ₖ₊₁₎ − x₍ₖ₎)·f, k + f = 1 + (n − 1)·q",
    "source": "Hyndman, Fan 1996, doi:10.1080/00031305.1996.10473566",
    "accuracy": 1e-15,
    "state": 1
  },
  {
    "name": "rolling_rank",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Average rank of the newest value among the valid ones of its window, divided by their count.",
    "formula": "(#{x < newest} + (#{x = newest} + 1)/2) / n",
    "source": "Kakushadze 2016, doi:10.2139/ssrn.2701346",
    "accuracy": 1e-15,
    "state": 1
  },
  {
    "name": "rolling_resi",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "The newest value less the least-squares line of the valid values on the row number.",
    "formula": "x − mean x − slope·(t − mean t)",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 7
  },
  {
    "name": "rolling_rsquare",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Share of the variance of a window that its least-squares line explains; missing where all values are equal.",
    "formula": "(Σ (t − mean t)(x − mean x))² / (Σ (t − mean t)² · Σ (x − mean x)²)",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 7
  },
  {
    "name": "rolling_since_max",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Rows since the last greatest value of a window, 0 where it is the newest.",
    "formula": "t − max{i: x[i] = max x}",
    "source": "Chande 1995, Aroon, Stocks & Commodities 13",
    "accuracy": 0,
    "state": 3
  },
  {
    "name": "rolling_since_min",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Rows since the last least value of a window, 0 where it is the newest.",
    "formula": "t − max{i: x[i] = min x}",
    "source": "Chande 1995, Aroon, Stocks & Commodities 13",
    "accuracy": 0,
    "state": 3
  },
  {
    "name": "rolling_skew",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 3,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Skewness of a window, corrected for bias; missing where all values are equal.",
    "formula": "n/((n − 1)(n − 2)) · Σ ((x − mean)/std)³",
    "source": "Joanes, Gill 1998, doi:10.1111/1467-9884.00122",
    "accuracy": 1e-10,
    "state": 5
  },
  {
    "name": "rolling_slope",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Slope of the least-squares line of the valid values on the row number.",
    "formula": "Σ (t − mean t)(x − mean x) / Σ (t − mean t)²",
    "source": "definition",
    "accuracy": 1e-10,
    "state": 7
  },
  {
    "name": "rolling_std",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Sample standard deviation over a window (ddof = 1).",
    "formula": "√(Σ (x − mean)² / (n − 1))",
    "source": "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
    "accuracy": 1e-10,
    "state": 4
  },
  {
    "name": "rolling_sum",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Sum over a window.",
    "formula": "Σ x",
    "source": "definition",
    "accuracy": 1e-12,
    "state": 2
  },
  {
    "name": "rolling_var",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Sample variance over a window (ddof = 1).",
    "formula": "Σ (x − mean)² / (n − 1)",
    "source": "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
    "accuracy": 1e-10,
    "state": 4
  },
  {
    "name": "rolling_zscore",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 2,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      },
      {
        "name": "min_periods",
        "min": 0,
        "max": 16384,
        "fallback": 0,
        "unit": "valid values; 0 = the whole window"
      }
    ],
    "summary": "Rolling z-score with the sample standard deviation (ddof = 1); missing where all values are equal.",
    "formula": "(x − mean) / √(Σ (x − mean)² / (n − 1))",
    "source": "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
    "accuracy": 1e-10,
    "state": 4
  },
  {
    "name": "rsi",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      }
    ],
    "summary": "Wilder's relative strength index, 0 … 100; 0 where there was neither gain nor loss.",
    "formula": "100·gain/(gain + loss), both Wilder means of the changes between valid values",
    "source": "Wilder 1978, New Concepts in Technical Trading Systems",
    "accuracy": 1e-11,
    "state": 4
  },
  {
    "name": "sar",
    "shape": "scan",
    "inputs": [
      "high",
      "low"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "acceleration",
        "min": 0,
        "max": 1,
        "fallback": 0.02,
        "unit": "of the way to the extreme"
      },
      {
        "name": "maximum",
        "min": 0,
        "max": 1,
        "fallback": 0.2,
        "unit": "of the way to the extreme"
      }
    ],
    "summary": "Wilder's parabolic stop and reverse, from the second valid bar on; the first trend is down where the low fell, and by more than the high rose.",
    "formula": "stop + a·(extreme − stop), within the last two bars; a grows with each new extreme",
    "source": "Wilder 1978, New Concepts in Technical Trading Systems; first trend: TA-Lib TA_SAR",
    "accuracy": 1e-12,
    "state": 7
  },
  {
    "name": "sign",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "1, 0 or −1.",
    "formula": "sign(x)",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "simple_return",
    "shape": "rolling",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "steps",
        "min": 1,
        "max": 16384,
        "fallback": 1,
        "unit": "rows"
      }
    ],
    "summary": "Relative change over some rows.",
    "formula": "x[t]/x[t − steps] − 1",
    "source": "definition",
    "accuracy": 4e-16,
    "state": 0
  },
  {
    "name": "square_root",
    "shape": "map",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "Square root; missing for negative values.",
    "formula": "√x",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "subtract",
    "shape": "map",
    "inputs": [
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "Difference of two fields.",
    "formula": "x − y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "supertrend",
    "shape": "scan",
    "inputs": [
      "upper",
      "lower",
      "close"
    ],
    "outputs": [
      "y"
    ],
    "options": [],
    "summary": "A stop that trails the close: the lower band, which only rises, until the close falls below it, then the upper one, which only falls; it starts with the upper.",
    "formula": "lower while close ≥ lower, else upper while close ≤ upper",
    "source": "Seban 2008, Tout le monde mérite d'être riche",
    "accuracy": 0,
    "state": 4
  },
  {
    "name": "where",
    "shape": "map",
    "inputs": [
      "condition",
      "x",
      "y"
    ],
    "outputs": [
      "z"
    ],
    "options": [],
    "summary": "x where the condition is not 0, else y; missing where the condition or the chosen value is missing.",
    "formula": "condition ? x : y",
    "source": "definition",
    "accuracy": 0,
    "state": 0
  },
  {
    "name": "wilder_mean",
    "shape": "scan",
    "inputs": [
      "x"
    ],
    "outputs": [
      "y"
    ],
    "options": [
      {
        "name": "window",
        "min": 1,
        "max": 16384,
        "fallback": 20,
        "unit": "rows"
      }
    ],
    "summary": "Wilder's moving average, seeded with the mean of the first `window` valid values.",
    "formula": "y + (x − y)/window",
    "source": "Wilder 1978, New Concepts in Technical Trading Systems",
    "accuracy": 1e-12,
    "state": 2
  }
]
