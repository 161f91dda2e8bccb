#include "backend.h"

#include <chrono>
#include <cstdlib>

namespace lq_v2 {
extern const lq::Launch launchers[];
extern const lq::SweepLaunch sweep;
}  // namespace lq_v2
#if defined(__x86_64__)
namespace lq_v3 {
extern const lq::Launch launchers[];
extern const lq::SweepLaunch sweep;
}  // namespace lq_v3
namespace lq_v4 {
extern const lq::Launch launchers[];
extern const lq::SweepLaunch sweep;
}  // namespace lq_v4
#endif
namespace lq_emulated {
extern const lq::Launch launchers[];
}

namespace lq {
namespace {

/** Seconds per step, where somebody asks for them. */
struct Clock {
  typedef std::chrono::steady_clock Steady;
  double* times;
  Steady::time_point last;
  explicit Clock(double* t) : times(t) {
    if (times) last = Steady::now();
  }
  void add(size_t step) {
    if (!times) return;
    const Steady::time_point now = Steady::now();
    times[step] += std::chrono::duration<double>(now - last).count();
    last = now;
  }
};

/** A step on one tile of its panel, as if there were no other. */
Args of_tile(const WorkStep& step, int64_t tile) {
  Args a = step.args;
  const int64_t ahead = tile * a.rows * kTile;
  for (int k = 0; k < 4; ++k)
    if (a.in[k] && !step.local_in[k]) a.in[k] += ahead;
  for (int k = 0; k < 2; ++k)
    if (a.out[k] && !step.local_out[k]) a.out[k] += ahead;
  if (a.state) a.state += tile * (int64_t)(step.state_bytes / sizeof(double)) / a.tiles;
  a.tiles = 1;
  return a;
}

struct HostBackend : Backend {
  const Launch* launchers;
  SweepLaunch trials;
  explicit HostBackend(const Launch* l, SweepLaunch t = nullptr) : launchers(l), trials(t) {}

  bool sweep(const Sweep& sweep, int64_t from, int64_t to, std::string* code, std::string* message) override {
    if (!trials) return Backend::sweep(sweep, from, to, code, message);
    trials(sweep, launchers, from, to);
    return true;
  }

  bool run(const Work& work, int64_t from, int64_t to, std::string* code, std::string* message) override {
    const Walk walk = work.steps.empty() ? Walk::Tiles : work.steps[0].walk;
    for (const WorkStep& step : work.steps) {
      const int64_t end = step.walk == Walk::Rows ? step.args.rows : step.args.tiles;
      if (step.walk != walk || from < 0 || to > end || !launchers[step.kernel]) {
        *code = "LQ_INTERNAL";
        *message = "a stage mixes shapes or its range lies outside the panel";
        return false;
      }
    }
    if (walk == Walk::Tiles)
      run_tiles(work, from, to);
    else
      run_whole(work, from, to);
    return true;
  }

  void run_whole(const Work& work, int64_t from, int64_t to) {
    Clock clock(work.times);
    for (size_t i = 0; i < work.steps.size(); ++i) {
      launchers[work.steps[i].kernel](work.steps[i].args, from, to);
      clock.add(i);
    }
  }

  /** Tile by tile through all steps, so that what one step writes is still in cache when the next reads it. */
  void run_tiles(const Work& work, int64_t from, int64_t to) {
    for (const Constant& c : work.constants)
      for (int64_t i = 0; i < work.steps[0].args.rows * kTile; ++i) c.tile[i] = c.value;
    Clock clock(work.times);
    for (int64_t tile = from; tile < to; ++tile)
      for (size_t i = 0; i < work.steps.size(); ++i) {
        launchers[work.steps[i].kernel](of_tile(work.steps[i], tile), 0, 1);
        clock.add(i);
      }
  }
};

}  // namespace

bool Backend::sweep(const Sweep&, int64_t, int64_t, std::string* code, std::string* message) {
  *code = "LQ_GPU_UNSUPPORTED";
  *message = "trials have no form on this target";
  return false;
}

Backend* open_backend(const std::string& target, std::string* code, std::string* message) {
  if (target == "v2") return new HostBackend(lq_v2::launchers, lq_v2::sweep);
#if defined(__x86_64__)
  if (target == "v3") return new HostBackend(lq_v3::launchers, lq_v3::sweep);
  if (target == "v4") return new HostBackend(lq_v4::launchers, lq_v4::sweep);
#endif
  if (target == "emulated") return new HostBackend(lq_emulated::launchers);
  if (target.rfind("cuda:", 0) == 0) return open_cuda(std::atoi(target.c_str() + 5), code, message);
  *code = "LQ_INTERNAL";
  *message = "no such target: " + target;
  return nullptr;
}

}  // namespace lq
