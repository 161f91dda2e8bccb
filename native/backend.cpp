#include "backend.h"

#include <cstdlib>

namespace lq_v2 {
extern const lq::Launch launchers[];
}
#if defined(__x86_64__)
namespace lq_v3 {
extern const lq::Launch launchers[];
}
namespace lq_v4 {
extern const lq::Launch launchers[];
}
#endif
namespace lq_emulated {
extern const lq::Launch launchers[];
}

namespace lq {
namespace {

struct HostBackend : Backend {
  const Launch* launchers;
  explicit HostBackend(const Launch* l) : launchers(l) {}

  bool run(const Work& work, int64_t from, int64_t to, std::string* code, std::string* message) override {
    const bool cross = !work.steps.empty() && work.steps[0].cross;
    for (const WorkStep& step : work.steps) {
      const int64_t end = cross ? step.args.rows : step.args.tiles;
      if (step.cross != cross || from < 0 || to > end || !launchers[step.kernel]) {
        *code = "LQ_INTERNAL";
        *message = "a stage mixes shapes or its range lies outside the panel";
        return false;
      }
    }
    if (cross) {
      for (const WorkStep& step : work.steps) launchers[step.kernel](step.args, from, to);
      return true;
    }
    // Tile by tile through all steps, so that what one step writes is still in cache when the next reads it.
    for (int64_t tile = from; tile < to; ++tile)
      for (const WorkStep& step : work.steps) launchers[step.kernel](step.args, tile, tile + 1);
    return true;
  }
};

}  // namespace

Backend* open_backend(const std::string& target, std::string* code, std::string* message) {
  if (target == "v2") return new HostBackend(lq_v2::launchers);
#if defined(__x86_64__)
  if (target == "v3") return new HostBackend(lq_v3::launchers);
  if (target == "v4") return new HostBackend(lq_v4::launchers);
#endif
  if (target == "emulated") return new HostBackend(lq_emulated::launchers);
  if (target.rfind("cuda:", 0) == 0) return open_cuda(std::atoi(target.c_str() + 5), code, message);
  *code = "LQ_INTERNAL";
  *message = "no such target: " + target;
  return nullptr;
}

}  // namespace lq
