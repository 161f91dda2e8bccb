#include "decode.h"

#include "catalogue.h"

namespace lq {
namespace {

using namespace lq_host;

Walk walk_of(Shape shape) {
  return shape == Shape::Cross ? Walk::Rows : shape == Shape::Segment ? Walk::Buckets : Walk::Tiles;
}

/** Where a scan keeps its state between panels: [place in lines, −1 = nowhere][resume][begin][keep]. */
bool decode_state(Words* words, const Memory& memory, int width, WorkStep* step) {
  Args& a = step->args;
  const int64_t place = words->next();
  a.resume = words->next() != 0;
  a.begin = words->next();
  a.keep = words->next();
  if (place < 0) return !a.resume;
  const int64_t length = a.tiles * width * kTile;
  a.state = memory.state + place * kTile;
  step->state_bytes = length * sizeof(double);
  return place * kTile + length <= (int64_t)memory.state_length && 0 <= a.begin && a.begin <= a.keep &&
         a.keep <= a.rows;
}

bool decode_step(Words* words, OptionValues* options, const Memory& memory, WorkStep* step) {
  const int32_t kernel = words->next(), inputs = words->next(), outputs = words->next();
  if (kernel < 0 || kernel >= kKernels || inputs < 1 || inputs > kInputsMax || outputs < 1 || outputs > kOutputsMax)
    return false;
  const Spec& spec = *kSpecs[kernel];
  Args& a = step->args;
  step->kernel = kernel;
  step->walk = walk_of(spec.shape);
  step->in_bytes = step->out_bytes = memory.tiles * memory.tile() * sizeof(double);
  for (int k = 0; k < inputs; ++k) {
    const int32_t word = words->next();
    step->local_in[k] = word < 0;
    if (!(a.in[k] = memory.slot(word)) || (word < 0 && step->walk != Walk::Tiles)) return false;
  }
  for (int k = 0; k < outputs; ++k) {
    const int32_t word = words->next();
    step->local_out[k] = word < 0;
    if (!(a.out[k] = memory.slot(word)) || (word < 0 && step->walk != Walk::Tiles)) return false;
  }
  for (int k = 0; k < kOptionsMax && spec.options[k].name; ++k) a.options[k] = options->next();
  return spec.shape != Shape::Scan || decode_state(words, memory, kStates[kernel], step);
}

}  // namespace

bool decode(Words words, OptionValues options, Memory memory, Work* work) {
  memory.rows = words.next();
  memory.columns = words.next();
  memory.tiles = (memory.columns + kTile - 1) / kTile;
  const int64_t first = words.next(), scratch = words.next() * (int64_t)kTile;
  const int64_t local = words.next() * (int64_t)kTile;
  const int32_t constants = words.next(), steps = words.next();
  const int64_t length = (int64_t)memory.arena_length;
  if (memory.rows < 1 || memory.columns < 1 || first < 0 || constants < 0 || steps < 0 || scratch < 0 ||
      scratch > length || local < 0 || local > length)
    return false;
  memory.local = memory.arena + local;
  for (int32_t i = 0; i < constants && words.ok; ++i) {
    const int32_t word = words.next();
    double* const tile = word < 0 ? memory.slot(word) : nullptr;
    if (!tile) return false;
    work->constants.push_back({tile, options.next()});
  }
  for (int32_t i = 0; i < steps && words.ok; ++i) {
    WorkStep step{};
    step.args.rows = memory.rows, step.args.tiles = memory.tiles, step.args.columns = memory.columns;
    step.args.first = first;
    step.args.scratch = (double*)(((uintptr_t)(memory.arena + scratch) + 63) & ~(uintptr_t)63);
    if (!decode_step(&words, &options, memory, &step)) return false;
    work->steps.push_back(step);
  }
  if (memory.times_length > 0) work->times = memory.times;
  return words.ok && words.at == words.end && options.ok && (!work->times || (int32_t)memory.times_length >= steps);
}

namespace {

bool decode_trial_step(Words* words, OptionValues* numbers, int values, TrialStep* step) {
  *step = TrialStep{words->next(), {-1, -1, -1, -1}, 0, {}};
  const int32_t inputs = words->next();
  if (step->kernel < 0 || step->kernel >= kKernels || inputs < 1 || inputs > kInputsMax) return false;
  const Spec& spec = *kSpecs[step->kernel];
  if (spec.shape != Shape::Map || inputs != inputs_of(spec)) return false;
  bool known = true;
  for (int k = 0; k < inputs; ++k) {
    step->in[k] = words->next();
    known = known && step->in[k] >= 0 && step->in[k] < values;
  }
  step->out = words->next();
  for (int k = 0; k < kOptionsMax && spec.options[k].name; ++k) step->options[k] = numbers->next();
  return known && step->out == values;
}

/** Whether everything that a sweep reads and writes lies in its buffers. */
bool fits(const Sweep& s, const SweepMemory& m) {
  const int64_t tiles = s.lanes / kTile, values = s.operands + s.constants + s.steps;
  if (s.rows < 1 || s.stride < 1 || s.first < 0 || s.first + s.rows > s.span || s.lanes < kTile || s.lanes % kTile ||
      s.execution < 0 || s.execution > 2)
    return false;
  const bool inside = (int64_t)m.columns.length >= s.operands * s.lanes &&
                      (int64_t)m.lanes.length >= (s.operands + 3) * s.lanes &&
                      (int64_t)m.market.length >= s.rows * kTile && (int64_t)m.table.length >= s.rows * s.stride &&
                      (int64_t)m.scratch.length >= (values * kTile + 4) * kTrialRows &&
                      (int64_t)m.state.length >= tiles * kTrialState * kTile;
  for (int64_t i = 0; inside && i < s.operands * s.lanes; ++i)
    if (s.columns[i] >= s.stride) return false;
  return inside;
}

}  // namespace

bool decode_sweep(Words words, OptionValues numbers, const SweepMemory& memory, SweepWork* work) {
  Sweep& s = work->sweep;
  s.rows = words.next(), s.stride = words.next(), s.first = words.next(), s.span = words.next();
  s.lanes = words.next(), s.execution = words.next(), s.crossing = words.next();
  s.resume = words.next() != 0, s.finish = words.next() != 0;
  s.operands = words.next(), s.constants = words.next(), s.steps = words.next();
  for (int& rule : s.rule) rule = words.next();
  s.turn = numbers.next(), s.borrow = numbers.next();
  if (!words.ok || s.operands < 0 || s.constants < 0 || s.steps < 0 || s.steps > 65536) return false;
  for (int c = 0; c < s.constants && numbers.ok; ++c) work->constants.push_back(numbers.next());
  for (int i = 0; i < s.steps; ++i) {
    work->steps.emplace_back();
    if (!decode_trial_step(&words, &numbers, s.operands + s.constants + i, &work->steps.back())) return false;
  }
  for (const int rule : s.rule)
    if (rule >= s.operands + s.constants + s.steps) return false;
  s.columns = memory.columns.data, s.fixed = memory.lanes.data, s.limits = s.fixed + s.operands * s.lanes;
  s.market = memory.market.data, s.table = memory.table.data, s.state = memory.state.data;
  s.scratch = memory.scratch.data;
  s.constant = work->constants.data(), s.step = work->steps.data();
  return words.ok && words.at == words.end && numbers.ok && (!s.crossing || s.steps == 1) && fits(s, memory);
}

}  // namespace lq
