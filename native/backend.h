// Where steps run: one of the CPU's instruction sets, the emulated device, or a CUDA device.
#pragma once
#include <string>
#include <vector>

#include "../kernels/core/args.h"

namespace lq {

/** What a step's ranges count. */
enum class Walk { Tiles, Rows, Buckets };

struct WorkStep {
  int kernel;  // index in the catalogue
  Walk walk;
  Args args;
  size_t in_bytes, out_bytes;                // of each input and output
  bool updates = false;                      // outputs are read too
  bool local_in[4] = {}, local_out[2] = {};  // lies in one tile of the caller's own, used again for each tile
  size_t state_bytes = 0;                    // of args.state
};

/** A tile of the caller's own that holds one number. */
struct Constant {
  double* tile;
  double value;
};

/** Steps of one stage, all of one walk. */
struct Work {
  std::vector<Constant> constants;
  std::vector<WorkStep> steps;
  double* times = nullptr;  // [steps] seconds are added to, or null
};

struct Backend {
  virtual ~Backend() {}
  /** Runs tiles, rows or buckets [from, to). False: *code and *message say why. */
  virtual bool run(const Work& work, int64_t from, int64_t to, std::string* code, std::string* message) = 0;
  /** Runs the trials of tiles [from, to). */
  virtual bool sweep(const Sweep& sweep, int64_t from, int64_t to, std::string* code, std::string* message);
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
