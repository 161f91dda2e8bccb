// A warp on the host, for machines without a GPU: runs the device's text as it is, 32 threads at a time.
// Two executors: fibers (deterministic, fast) and, with LQ_EMULATE_THREADS, one thread each (for ThreadSanitizer).
#pragma once
#include <stdint.h>

#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#if !defined(__x86_64__) && !defined(LQ_EMULATE_THREADS)
#define LQ_EMULATE_THREADS
#endif

namespace warp {

constexpr int kThreads = 32;
typedef void (*Body)(const void* context, int64_t thread);

struct State {
  uint64_t slots[2][kThreads];  // two, in turn: one exchange may begin while the last is still being read
};

#if defined(LQ_EMULATE_THREADS)

inline State* state;
inline std::barrier<>* meeting;
inline thread_local int lane;
inline thread_local int turn;

inline void meet() { meeting->arrive_and_wait(); }

inline void run(Body body, const void* context, int64_t first) {
  State shared;
  std::barrier<> barrier(kThreads);
  state = &shared;
  meeting = &barrier;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([=] {
      lane = i;
      turn = 0;
      body(context, first + i);
    });
  for (auto& t : threads) t.join();
}

#else

struct Fiber {
  void* stack_pointer;
  int turn;
  bool done;
};

inline thread_local State* state;
inline thread_local Fiber* fibers;
inline thread_local void* home;
inline thread_local int lane;
inline thread_local Body current_body;
inline thread_local const void* current_context;
inline thread_local int64_t current_first;
constexpr size_t kStack = 64 << 10;

// Saves what the ABI says a callee keeps, and goes on with the other stack.
extern "C" void lq_switch_stack(void** save, void* to);
__asm__(R"(
.text
.weak lq_switch_stack
.type lq_switch_stack,@function
lq_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");

inline void entry() {
  current_body(current_context, current_first + lane);
  fibers[lane].done = true;
  lq_switch_stack(&fibers[lane].stack_pointer, home);
  abort();  // a finished fiber is never resumed
}

/** Gives way to the others; comes back when all have met here. */
inline void meet() { lq_switch_stack(&fibers[lane].stack_pointer, home); }

inline void run(Body body, const void* context, int64_t first) {
  static thread_local std::vector<char> stacks(kThreads * kStack);
  State shared;
  Fiber all[kThreads];
  state = &shared;
  fibers = all;
  current_body = body;
  current_context = context;
  current_first = first;
  for (int i = 0; i < kThreads; ++i) {
    void** top = (void**)(((uintptr_t)stacks.data() + (i + 1) * kStack) & ~(uintptr_t)15);
    *--top = nullptr;
    *--top = (void*)entry;
    for (int r = 0; r < 6; ++r) *--top = nullptr;
    all[i] = {top, 0, false};
  }
  for (int left = kThreads; left > 0;) {
    int met = 0;
    for (int i = 0; i < kThreads; ++i) {
      if (all[i].done) continue;
      lane = i;
      lq_switch_stack(&home, all[i].stack_pointer);
      if (all[i].done)
        --left;
      else
        ++met;
    }
    if (met > 0 && left != kThreads) {
      fprintf(stderr, "emulated warp: %d threads wait in an exchange that the others have left\n", met);
      abort();
    }
  }
}

#endif

/** Every thread gives a value and sees all of them: the base of all warp intrinsics below. */
template <class T>
const uint64_t* exchange(T value) {
  static_assert(sizeof(T) <= sizeof(uint64_t));
#if defined(LQ_EMULATE_THREADS)
  int& mine = turn;
#else
  int& mine = fibers[lane].turn;
#endif
  uint64_t* const slots = state->slots[mine & 1];
  ++mine;
  memcpy(&slots[lane], &value, sizeof value);
  meet();
  return slots;
}

template <class T>
T pick(const uint64_t* slots, int from) {
  T value;
  memcpy(&value, &slots[from], sizeof value);
  return value;
}

}  // namespace warp

template <class T>
T __shfl_sync(unsigned, T value, int from) {
  return warp::pick<T>(warp::exchange(value), from & 31);
}
template <class T>
T __shfl_down_sync(unsigned, T value, int by) {
  const uint64_t* slots = warp::exchange(value);
  return warp::pick<T>(slots, warp::lane + by < 32 ? warp::lane + by : warp::lane);
}
