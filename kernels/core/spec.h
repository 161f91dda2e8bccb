// What a kernel says of itself. Types, documentation, tests and benches are made from it.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** How a kernel walks over a panel; decides who may compute what in parallel. */
enum class Shape {
  Map,      // each element on its own
  Rolling,  // the last `window` rows of a column
  Scan,     // a column from its first row on: each result needs the one before
  Cross,    // a row: all columns at one timestamp
  Segment   // buckets of one series
};

constexpr int kInputsMax = 4, kOutputsMax = 2, kOptionsMax = 4;
constexpr double kWindowMax = 16384;

struct Option {
  const char* name;
  double min, max, fallback;
  const char* unit;
};

struct Spec {
  const char* name;
  Shape shape;
  const char* inputs[kInputsMax];
  const char* outputs[kOutputsMax];
  Option options[kOptionsMax];
  const char* summary;
  const char* formula;
  const char* source;
  double accuracy;  // greatest error against the reference, relative to the scale of the values that enter
};

LQ_FN constexpr int inputs_of(const Spec& spec) {
  int n = 0;
  while (n < kInputsMax && spec.inputs[n]) ++n;
  return n;
}

/** Options of every window kernel; `least` is the smallest window that has a meaning. */
constexpr Option window_option(double least) { return {"window", least, kWindowMax, 20, "rows"}; }
constexpr Option kMinPeriods = {"min_periods", 0, kWindowMax, 0, "valid values; 0 = the whole window"};

}  // namespace LQ_NS
