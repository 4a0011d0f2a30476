// Runs CUDA kernels on a CPU so that they can be tested without a GPU: g++ -x c++ -include this.
// Every thread of a block is a fibre; barriers and warp operations hand over to the next fibre.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <algorithm>
#include <functional>
#include <numeric>
#include <ucontext.h>
#include <vector>
#define __global__ static
#define __device__ static
#define __forceinline__ inline
#define __restrict__
#define __shared__ static
#define __launch_bounds__(...)
struct dim3 { unsigned x, y, z; dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {} };
struct float4 { float x, y, z, w; };
struct uint2 { unsigned x, y; };
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
typedef void* cudaStream_t;
static dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace emulated {
struct Fibre { ucontext_t context; bool over; unsigned long waits[2]; std::vector<char> stack; };
static std::vector<Fibre> fibres;
static ucontext_t home;
static unsigned current, count;
static std::function<void()> body;
static uint32_t lanes[64][32];

inline void enter() { body(); fibres[current].over = true; swapcontext(&fibres[current].context, &home); }
// A fibre waits until all fibres of its group have reached the same number of waits.
// kind: 0 block, 1 warp; each has its own count, as warps meet at different rates.
inline void wait(unsigned from, unsigned to, int kind) {
  unsigned self = current;
  unsigned long mine = ++fibres[self].waits[kind];
  for (;;) {
    bool all = true;
    for (unsigned i = from; i < to; i++) all = all && (fibres[i].over || fibres[i].waits[kind] >= mine);
    if (all) return;
    swapcontext(&fibres[self].context, &home);
  }
}
inline void warp_wait() { unsigned w = current / 32 * 32; wait(w, std::min(w + 32, count), 1); }
inline uint32_t exchange(uint32_t mine, unsigned source) {
  unsigned w = current / 32;
  lanes[w][current % 32] = mine;
  warp_wait();
  uint32_t got = lanes[w][source];
  warp_wait();
  return got;
}
template <class F> void launch(dim3 grid, unsigned threads, F f) {
  body = f; count = threads; gridDim = grid; blockDim = dim3(threads);
  fibres.resize(threads);
  for (blockIdx.z = 0; blockIdx.z < grid.z; blockIdx.z++)
  for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++)
  for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++) {
    for (unsigned i = 0; i < threads; i++) {
      Fibre& b = fibres[i];
      b.over = false; b.waits[0] = b.waits[1] = 0; b.stack.resize(65536);
      getcontext(&b.context);
      b.context.uc_stack.ss_sp = b.stack.data(); b.context.uc_stack.ss_size = b.stack.size();
      b.context.uc_link = &home;
      makecontext(&b.context, enter, 0);
    }
    for (bool left = true; left;) {
      left = false;
      for (unsigned i = 0; i < threads; i++) {
        if (fibres[i].over) continue;
        left = true; current = i; threadIdx.x = i;
        swapcontext(&home, &fibres[i].context);
      }
    }
  }
}
}  // namespace emulated

inline void restore() { threadIdx.x = emulated::current; }
inline void __syncthreads() { emulated::wait(0, emulated::count, 0); restore(); }
inline int __syncthreads_count(int p) {
  static int sum; static unsigned seen = 0;
  if (seen++ == 0) sum = 0;
  sum += p != 0;
  __syncthreads();
  int s = sum; seen = 0;
  __syncthreads();
  return s;
}
inline float __shfl_xor_sync(unsigned, float v, int m) {
  uint32_t u; memcpy(&u, &v, 4); u = emulated::exchange(u, (emulated::current % 32) ^ m); restore();
  memcpy(&v, &u, 4); return v;
}
inline int __shfl_up_sync(unsigned, int v, int d) {
  unsigned l = emulated::current % 32;
  int r = (int)emulated::exchange((uint32_t)v, l >= (unsigned)d ? l - d : l); restore(); return r;
}
inline unsigned __shfl_sync(unsigned, unsigned v, int s) { v = emulated::exchange(v, s); restore(); return v; }
inline unsigned __ballot_sync(unsigned, int p) {
  unsigned w = emulated::current / 32, m = 0;
  emulated::lanes[w][emulated::current % 32] = p != 0;
  emulated::warp_wait();
  for (int i = 0; i < 32; i++) m |= emulated::lanes[w][i] << i;
  emulated::warp_wait(); restore();
  return m;
}
inline int __any_sync(unsigned a, int p) { return __ballot_sync(a, p) != 0; }
inline int __all_sync(unsigned a, int p) { return __ballot_sync(a, p) == 0xffffffffu; }
inline float atomicAdd(float* p, float v) { float o = *p; *p += v; return o; }
inline unsigned atomicAdd(unsigned* p, unsigned v) { unsigned o = *p; *p += v; return o; }
inline int atomicMax(int* p, int v) { int o = *p; *p = std::max(o, v); return o; }
inline int __ffs(unsigned v) { return v ? __builtin_ctz(v) + 1 : 0; }
inline int __clz(unsigned v) { return v ? __builtin_clz(v) : 32; }
inline unsigned __float_as_uint(float f) { unsigned u; memcpy(&u, &f, 4); return u; }
#define LAUNCH(kernel, grid, threads, stream, ...) emulated::launch(grid, threads, [=] { kernel(__VA_ARGS__); })
