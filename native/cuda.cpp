// CUDA through the driver's library alone: found at run time, so that this binary loads on machines without one.
#include <dlfcn.h>

#include <cstring>
#include <map>
#include <mutex>

#include "backend.h"
#include "catalogue.h"

#if LQ_CUDA_BUILT
extern "C" const unsigned char lq_fatbin[];
#endif

namespace lq {
namespace {

using namespace lq_host;

// The few names of the driver API (cuda.h, version 12 ABI) that are used here.
typedef int CUresult;
typedef int CUdevice;
typedef void *CUcontext, *CUmodule, *CUfunction, *CUstream;
typedef unsigned long long CUdeviceptr;
constexpr CUresult kSuccess = 0, kOutOfMemory = 2;

struct Driver {
  void* library = nullptr;
  std::string reason, version;
  CUresult (*Init)(unsigned);
  CUresult (*DriverGetVersion)(int*);
  CUresult (*DeviceGetCount)(int*);
  CUresult (*DeviceGet)(CUdevice*, int);
  CUresult (*DeviceGetName)(char*, int, CUdevice);
  CUresult (*DeviceTotalMem)(size_t*, CUdevice);
  CUresult (*DevicePrimaryCtxRetain)(CUcontext*, CUdevice);
  CUresult (*DevicePrimaryCtxRelease)(CUdevice);
  CUresult (*CtxSetCurrent)(CUcontext);
  CUresult (*ModuleLoadData)(CUmodule*, const void*);
  CUresult (*ModuleUnload)(CUmodule);
  CUresult (*ModuleGetFunction)(CUfunction*, CUmodule, const char*);
  CUresult (*MemAlloc)(CUdeviceptr*, size_t);
  CUresult (*MemFree)(CUdeviceptr);
  CUresult (*MemcpyHtoDAsync)(CUdeviceptr, const void*, size_t, CUstream);
  CUresult (*MemcpyDtoHAsync)(void*, CUdeviceptr, size_t, CUstream);
  CUresult (*LaunchKernel)(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream,
                           void**, void**);
  CUresult (*StreamCreate)(CUstream*, unsigned);
  CUresult (*StreamSynchronize)(CUstream);
  CUresult (*StreamDestroy)(CUstream);
  CUresult (*GetErrorString)(CUresult, const char**);

  bool ok() const { return reason.empty(); }
  template <class F>
  void find(F& f, const char* name) {
    f = (F)dlsym(library, name);
    if (!f && reason.empty()) reason = std::string("the CUDA driver lacks ") + name;
  }
  std::string text(CUresult r) const {
    const char* s = nullptr;
    return GetErrorString(r, &s) == kSuccess && s ? s : "error " + std::to_string(r);
  }
};

const Driver& driver() {
  static const Driver d = [] {
    Driver d{};
    d.library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!d.library) {
      d.reason = std::string("no CUDA driver: ") + dlerror();
      return d;
    }
    d.find(d.Init, "cuInit");
    d.find(d.DriverGetVersion, "cuDriverGetVersion");
    d.find(d.DeviceGetCount, "cuDeviceGetCount");
    d.find(d.DeviceGet, "cuDeviceGet");
    d.find(d.DeviceGetName, "cuDeviceGetName");
    d.find(d.DeviceTotalMem, "cuDeviceTotalMem_v2");
    d.find(d.DevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain");
    d.find(d.DevicePrimaryCtxRelease, "cuDevicePrimaryCtxRelease_v2");
    d.find(d.CtxSetCurrent, "cuCtxSetCurrent");
    d.find(d.ModuleLoadData, "cuModuleLoadData");
    d.find(d.ModuleUnload, "cuModuleUnload");
    d.find(d.ModuleGetFunction, "cuModuleGetFunction");
    d.find(d.MemAlloc, "cuMemAlloc_v2");
    d.find(d.MemFree, "cuMemFree_v2");
    d.find(d.MemcpyHtoDAsync, "cuMemcpyHtoDAsync_v2");
    d.find(d.MemcpyDtoHAsync, "cuMemcpyDtoHAsync_v2");
    d.find(d.LaunchKernel, "cuLaunchKernel");
    d.find(d.StreamCreate, "cuStreamCreate");
    d.find(d.StreamSynchronize, "cuStreamSynchronize");
    d.find(d.StreamDestroy, "cuStreamDestroy_v2");
    d.find(d.GetErrorString, "cuGetErrorString");
    if (!d.ok()) return d;
    int version = 0;
    const CUresult r = d.Init(0);
    if (r != kSuccess)
      d.reason = "the CUDA driver does not start: " + d.text(r);
    else if (d.DriverGetVersion(&version) == kSuccess)
      d.version = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
    return d;
  }();
  return d;
}

#define NAME(K) "lq_" #K,
const char* const kNames[] = {LQ_CATALOG(NAME)};
constexpr int kBlock = 128;

int64_t threads_of(Shape shape, const Args& a) {
  if (shape == Shape::Cross) return a.rows * 32;
  if (shape == Shape::Segment) return a.tiles;
  if (shape == Shape::Scan) return a.tiles * kTile;
  return a.tiles * a.rows * kTile;
}

struct CudaBackend : Backend {
  const Driver& d = driver();
  CUdevice device = 0;
  CUcontext context = nullptr;
  CUmodule module = nullptr;
  CUstream stream = nullptr;
  CUfunction functions[kKernels] = {};
  bool open = false;
  std::string *code = nullptr, *message = nullptr;  // of the call in progress

  ~CudaBackend() override { close(); }

  bool fail(CUresult r, const char* call) {
    *code = r == kOutOfMemory ? "LQ_GPU_MEMORY" : "LQ_GPU_UNAVAILABLE";
    *message = std::string(call) + ": " + d.text(r);
    return false;
  }
#define CUDA_TRY(call)                          \
  do {                                          \
    const CUresult r_ = (d.call);               \
    if (r_ != kSuccess) return fail(r_, #call); \
  } while (0)

  bool start(int index, const void* image, std::string* c, std::string* m) {
    code = c, message = m;
    CUDA_TRY(DeviceGet(&device, index));
    CUDA_TRY(DevicePrimaryCtxRetain(&context, device));
    open = true;
    CUDA_TRY(CtxSetCurrent(context));
    CUDA_TRY(ModuleLoadData(&module, image));
    CUDA_TRY(StreamCreate(&stream, 0));
    for (int i = 0; i < kKernels; ++i) CUDA_TRY(ModuleGetFunction(&functions[i], module, kNames[i]));
    return true;
  }

  /** Device copies of the slots that a run touches, by their place in the arena; freed with it. */
  struct Mirror {
    const Driver& d;
    std::map<const double*, CUdeviceptr> slots;
    ~Mirror() {
      for (auto& s : slots) d.MemFree(s.second);
    }
  };

  bool run(const Work& work, int64_t, int64_t, std::string* c, std::string* m) override {
    code = c, message = m;
    CUDA_TRY(CtxSetCurrent(context));
    Mirror mirror{d, {}};
    std::map<double*, size_t> written;
    for (const WorkStep& step : work.steps) {
      Args a = step.args;
      for (const double*& in : a.in)
        if (in && !place(&mirror, &in, step.in_bytes, true)) return false;
      for (double*& out : a.out) {
        if (!out) continue;
        written[out] = step.out_bytes;
        if (!place(&mirror, (const double**)&out, step.out_bytes, step.updates)) return false;
      }
      if (a.state) {
        written[a.state] = step.state_bytes;
        if (!place(&mirror, (const double**)&a.state, step.state_bytes, true)) return false;
      }
      const int64_t threads = threads_of(kSpecs[step.kernel]->shape, a);
      void* parameters[] = {&a};
      CUDA_TRY(LaunchKernel(functions[step.kernel], (unsigned)((threads + kBlock - 1) / kBlock), 1, 1, kBlock, 1, 1, 0,
                            stream, parameters, nullptr));
    }
    for (auto& w : written) CUDA_TRY(MemcpyDtoHAsync(w.first, mirror.slots[w.first], w.second, stream));
    CUDA_TRY(StreamSynchronize(stream));
    return true;
  }

  /** Replaces a pointer into the arena by its device copy; a slot that no step wrote yet is uploaded. */
  bool place(Mirror* mirror, const double** p, size_t bytes, bool upload) {
    const auto found = mirror->slots.find(*p);
    if (found == mirror->slots.end()) {
      CUdeviceptr copy;
      CUDA_TRY(MemAlloc(&copy, bytes));
      mirror->slots[*p] = copy;
      if (upload) CUDA_TRY(MemcpyHtoDAsync(copy, *p, bytes, stream));
      *p = (const double*)copy;
    } else {
      *p = (const double*)found->second;
    }
    return true;
  }

  void close() override {
    if (!open) return;
    open = false;
    d.CtxSetCurrent(context);
    if (stream) d.StreamDestroy(stream);
    if (module) d.ModuleUnload(module);
    d.DevicePrimaryCtxRelease(device);
  }
};

}  // namespace

DeviceList list_devices() {
  DeviceList list;
  const Driver& d = driver();
  list.driver = d.version;
  list.reason = d.reason;
  int count = 0;
  if (d.ok() && d.DeviceGetCount(&count) != kSuccess) count = 0;
  for (int i = 0; i < count; ++i) {
    CUdevice device;
    char name[128] = "";
    size_t bytes = 0;
    if (d.DeviceGet(&device, i) != kSuccess || d.DeviceGetName(name, sizeof name, device) != kSuccess ||
        d.DeviceTotalMem(&bytes, device) != kSuccess)
      break;  // what cannot be asked for its name cannot be used, nor can those behind it
    list.devices.push_back({name, (double)bytes / (1 << 30)});
  }
  if (list.reason.empty() && list.devices.empty()) list.reason = "the CUDA driver sees no device";
  if (list.reason.empty() && !LQ_CUDA_BUILT) list.reason = "this addon was built without nvcc";
  return list;
}

Backend* open_cuda(int device, std::string* code, std::string* message) {
#if LQ_CUDA_BUILT
  if (!driver().ok()) {
    *code = "LQ_GPU_UNAVAILABLE";
    *message = driver().reason;
    return nullptr;
  }
  CudaBackend* backend = new CudaBackend();
  if (backend->start(device, lq_fatbin, code, message)) return backend;
  delete backend;
  return nullptr;
#else
  (void)device;
  *code = "LQ_GPU_UNAVAILABLE";
  *message = "this addon was built without nvcc";
  return nullptr;
#endif
}

}  // namespace lq
