// Where steps run: one of the CPU's instruction sets, the emulated device, or a CUDA device.
#pragma once
#include <string>
#include <vector>

#include "../kernels/core/args.h"

namespace lq {

struct WorkStep {
  int kernel;  // index in the catalogue
  bool cross;
  Args args;
  size_t in_bytes, out_bytes;  // of each input and output
  bool updates = false;        // outputs are read too
};

/** Steps of one stage: all of them cross-sectional, or none. */
struct Work {
  double* arena = nullptr;
  std::vector<WorkStep> steps;
};

struct Backend {
  virtual ~Backend() {}
  /** Runs tiles [from, to), or rows [from, to) of a cross-sectional stage. False: *code and *message say why. */
  virtual bool run(const Work& work, int64_t from, int64_t to, std::string* code, std::string* message) = 0;
  virtual void close() {}
};

struct Device {
  std::string name;
  double memory_gb;
};

struct DeviceList {
  std::string driver, reason;  // reason: why there is no device
  std::vector<Device> devices;
};

DeviceList list_devices();

/** @return null if the target is unknown or cannot be used here */
Backend* open_backend(const std::string& target, std::string* code, std::string* message);

/** CUDA's part of open_backend. */
Backend* open_cuda(int device, std::string* code, std::string* message);

}  // namespace lq
