#pragma once
#include "../core/row.h"
#include "../core/spec.h"

namespace LQ_NS {

struct CrossCorr {
  static constexpr Spec spec{
      "cross_corr",
      Shape::Cross,
      {"x", "y"},
      {"y"},
      {},
      "Pearson correlation across the row, of the columns where both are valid, in every column; missing where either "
      "is all equal.",
      "Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)",
      "Pearson 1895, doi:10.1098/rspl.1895.0041",
      1e-10};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const auto s = row_products(row);
    row.fill(clamp(finite_or_missing(s.xy / (square_root(s.xx) * square_root(s.yy))), -1, 1));
  }
};

}  // namespace LQ_NS
