// Differentiable rasterizer of 3D Gaussians ('classic': EWA, SH to degree 2, 16-pixel tiles).
//   gs    [B, N, 38]  xyz, opacity, scale 3, rotation wxyz, SH 27 (coefficient-major)
//   cams  [B, V, 11]  qw qx qy qz, position, fx fy cx cy over image size; OpenGL camera-to-world
//   masks [B, V]      bit f: this view sees the Gaussians of frame f (i / per_frame)
// A record is one Gaussian seen by one view. Everything has a fixed size and nothing waits for the
// host, so that a training step with forward and backward can be one CUDA graph.
#ifdef __CUDACC__
#include <cub/device/device_radix_sort.cuh>
#include <stdint.h>
#define LAUNCH(kernel, grid, threads, stream, ...) kernel<<<grid, threads, 0, stream>>>(__VA_ARGS__)
#endif
#define ALL 0xffffffffu
constexpr int TILE = 16, THREADS = 256, MAXV = 32, GRADS = 9, NUMBERS = 38, ROW = 39;
constexpr float NEAR = .01f, FAR = 1000.f, MIN_ALPHA = 1.f / 255.f, MAX_ALPHA = .999f, MIN_T = 1e-4f;
constexpr float C0 = .28209479177387814f, C1 = .48860251190292f, C2 = 1.0925484305920792f;
constexpr float C3 = .9461746957575601f, C4 = .3153915652525201f, C5 = .5462742152960396f;

struct View { float R[9], c[3], fx, fy, cx, cy, lxp, lxn, lyp, lyn; unsigned mask; };
struct Shape { int B, N, V, per_frame, W, H; };

__device__ __forceinline__ void rotation(const float* q, float* M) {  // unit quaternion -> matrix
  float w = q[0], x = q[1], y = q[2], z = q[3];
  M[0] = 1 - 2 * (y * y + z * z); M[1] = 2 * (x * y - w * z); M[2] = 2 * (x * z + w * y);
  M[3] = 2 * (x * y + w * z); M[4] = 1 - 2 * (x * x + z * z); M[5] = 2 * (y * z - w * x);
  M[6] = 2 * (x * z - w * y); M[7] = 2 * (y * z + w * x); M[8] = 1 - 2 * (x * x + y * y);
}

__device__ __forceinline__ float unit4(const float* q, float* u) {  // returns 1 / |q|
  float n = 1 / sqrtf(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3] + 1e-20f);
  for (int k = 0; k < 4; k++) u[k] = q[k] * n;
  return n;
}

__device__ __forceinline__ void load_view(const float* cam, unsigned mask, int W, int H, View& v) {
  float q[4], M[9];
  unit4(cam, q);
  rotation(q, M);
  for (int i = 0; i < 3; i++) {  // world -> OpenCV camera: rows are c2w's columns x, -y, -z
    v.R[i] = M[3 * i]; v.R[3 + i] = -M[3 * i + 1]; v.R[6 + i] = -M[3 * i + 2]; v.c[i] = cam[4 + i];
  }
  v.fx = cam[7] * W; v.fy = cam[8] * H; v.cx = cam[9] * W; v.cy = cam[10] * H;
  float tx = .3f * .5f * W / v.fx, ty = .3f * .5f * H / v.fy;
  v.lxp = (W - v.cx) / v.fx + tx; v.lxn = v.cx / v.fx + tx;
  v.lyp = (H - v.cy) / v.fy + ty; v.lyn = v.cy / v.fy + ty;
  v.mask = mask;
}

struct Proj { float X, Y, z, j0, j2, k1, k2, px, py, a, b, d, M[9], S[9], q[4], qn; bool ix, iy; };

// Projects one Gaussian; false if it is culled. M = R S diag(scale), a b d = 2D covariance + 0.3.
__device__ __forceinline__ bool project(const float* g, const View& v, Proj& p) {
  if (!(g[3] >= MIN_ALPHA)) return false;
  float dx = g[0] - v.c[0], dy = g[1] - v.c[1], dz = g[2] - v.c[2];
  p.z = v.R[6] * dx + v.R[7] * dy + v.R[8] * dz;
  if (!(p.z >= NEAR && p.z <= FAR)) return false;
  p.X = v.R[0] * dx + v.R[1] * dy + v.R[2] * dz;
  p.Y = v.R[3] * dx + v.R[4] * dy + v.R[5] * dz;
  p.qn = unit4(g + 7, p.q);
  rotation(p.q, p.S);
  for (int r = 0; r < 3; r++) for (int c = 0; c < 3; c++)
    p.M[3 * r + c] = (v.R[3 * r] * p.S[c] + v.R[3 * r + 1] * p.S[3 + c] + v.R[3 * r + 2] * p.S[6 + c]) * g[4 + c];
  float rz = 1 / p.z, tx = p.X * rz, ty = p.Y * rz;
  p.ix = tx > -v.lxn && tx < v.lxp; p.iy = ty > -v.lyn && ty < v.lyp;
  p.px = p.z * fminf(v.lxp, fmaxf(-v.lxn, tx)); p.py = p.z * fminf(v.lyp, fmaxf(-v.lyn, ty));
  p.j0 = v.fx * rz; p.j2 = -v.fx * p.px * rz * rz; p.k1 = v.fy * rz; p.k2 = -v.fy * p.py * rz * rz;
  p.a = p.d = .3f; p.b = 0;
  for (int c = 0; c < 3; c++) {
    float u = p.j0 * p.M[c] + p.j2 * p.M[6 + c], t = p.k1 * p.M[3 + c] + p.k2 * p.M[6 + c];
    p.a += u * u; p.b += u * t; p.d += t * t;
  }
  return p.a * p.d - p.b * p.b > 0;
}

__device__ __forceinline__ void sh_basis(float x, float y, float z, float* b) {
  b[0] = C0; b[1] = -C1 * y; b[2] = C1 * z; b[3] = -C1 * x; b[4] = C2 * x * y; b[5] = -C2 * y * z;
  b[6] = C3 * z * z - C4; b[7] = -C2 * x * z; b[8] = C5 * (x * x - y * y);
}

__device__ __forceinline__ float direction(const float* g, const View& v, float* d) {  // 1 / distance
  for (int k = 0; k < 3; k++) d[k] = g[k] - v.c[k];
  float n = 1 / sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 1e-20f);
  for (int k = 0; k < 3; k++) d[k] *= n;
  return n;
}

// A block's Gaussians, through shared memory in whole lines; odd rows, so that threads meet different banks.
__device__ __forceinline__ int rows_of_block(int N) { int left = N - blockIdx.x * THREADS; return left < THREADS ? left : THREADS; }
__device__ __forceinline__ void load_rows(const float* from, int rows, float* staged) {
  for (int e = threadIdx.x; e < rows * NUMBERS; e += THREADS) staged[e / NUMBERS * ROW + e % NUMBERS] = from[e];
}
__device__ __forceinline__ void store_rows(const float* staged, int rows, float* to) {
  for (int e = threadIdx.x; e < rows * NUMBERS; e += THREADS) to[e] = staged[e / NUMBERS * ROW + e % NUMBERS];
}

// ---- projection and tile lists -------------------------------------------------------------------

__global__ void __launch_bounds__(THREADS) project_all(const float* __restrict__ gs, const float* __restrict__ cams, const unsigned* __restrict__ masks,
    Shape s, int depth_bits, unsigned capacity, float4* ra, float4* rb, float4* rc, unsigned* keys, unsigned* vals, unsigned* used) {
  __shared__ View views[MAXV];
  __shared__ float staged[THREADS * ROW];
  int b = blockIdx.y, i = blockIdx.x * THREADS + threadIdx.x, lane = threadIdx.x & 31;
  load_rows(gs + ((long)b * s.N + blockIdx.x * THREADS) * NUMBERS, rows_of_block(s.N), staged);
  if (threadIdx.x < (unsigned)s.V)
    load_view(cams + (b * s.V + threadIdx.x) * 11, masks[b * s.V + threadIdx.x], s.W, s.H, views[threadIdx.x]);
  __syncthreads();
  float g[NUMBERS];
  if (i < s.N) for (int k = 0; k < NUMBERS; k++) g[k] = staged[threadIdx.x * ROW + k];
  int tw = (s.W + TILE - 1) / TILE, th = (s.H + TILE - 1) / TILE, frame = i / s.per_frame;
  for (int k = 0; k < s.V; k++) {
    const View& v = views[k];
    Proj p;
    int x0 = 0, x1 = 0, y0 = 0, y1 = 0;
    bool ok = i < s.N && (v.mask >> frame & 1) && project(g, v, p);
    long id = ((long)b * s.V + k) * s.N + i;
    float rx = 0, ry = 0;
    if (ok) {
      float ext = fminf(3.33f, sqrtf(2 * logf(255 * g[3])));
      rx = ceilf(ext * sqrtf(p.a)); ry = ceilf(ext * sqrtf(p.d));
      float mx = v.fx * p.X / p.z + v.cx, my = v.fy * p.Y / p.z + v.cy;
      ok = mx + rx > 0 && mx - rx < s.W && my + ry > 0 && my - ry < s.H;
      if (ok) {
        x0 = (int)fmaxf(0.f, floorf((mx - rx) / TILE)); x1 = (int)fminf((float)tw, ceilf((mx + rx) / TILE));
        y0 = (int)fmaxf(0.f, floorf((my - ry) / TILE)); y1 = (int)fminf((float)th, ceilf((my + ry) / TILE));
        float det = 1 / (p.a * p.d - p.b * p.b), dir[3], basis[9], col[3] = {.5f, .5f, .5f};
        direction(g, v, dir);
        sh_basis(dir[0], dir[1], dir[2], basis);
        for (int m = 0; m < 9; m++) for (int c = 0; c < 3; c++) col[c] += basis[m] * g[11 + 3 * m + c];
        ra[id] = make_float4(mx, my, rx, ry);
        rb[id] = make_float4(p.d * det, -p.b * det, p.a * det, g[3]);
        rc[id] = make_float4(fmaxf(0.f, col[0]), fmaxf(0.f, col[1]), fmaxf(0.f, col[2]), p.z);
      }
    }
    if (!ok && i < s.N) ra[id] = make_float4(0, 0, 0, 0);
    int cnt = ok ? (x1 - x0) * (y1 - y0) : 0, sum = cnt;
    for (int o = 1; o < 32; o <<= 1) { int t = __shfl_up_sync(ALL, sum, o); if (lane >= o) sum += t; }
    unsigned base = 0;
    if (lane == 31 && sum) base = atomicAdd(used, (unsigned)sum);
    base = __shfl_sync(ALL, base, 31) + sum - cnt;
    if (!cnt) continue;
    unsigned depth = (__float_as_uint(p.z) - __float_as_uint(NEAR)) >> (28 - depth_bits);
    unsigned first = (b * s.V + k) * tw * th;
    for (int y = y0; y < y1; y++) for (int x = x0; x < x1; x++, base++)
      if (base < capacity) { keys[base] = (first + y * tw + x) << depth_bits | depth; vals[base] = (unsigned)id; }
  }
}

__global__ void find_ranges(const unsigned* keys, unsigned capacity, int depth_bits, unsigned tiles, uint2* ranges) {
  unsigned i = blockIdx.x * THREADS + threadIdx.x;
  if (i >= capacity || keys[i] == ALL) return;
  unsigned t = keys[i] >> depth_bits;
  if (t >= tiles) return;
  if (i == 0 || keys[i - 1] >> depth_bits != t) ranges[t].x = i;
  if (i + 1 == capacity || keys[i + 1] == ALL || keys[i + 1] >> depth_bits != t) ranges[t].y = i + 1;
}

// ---- blending: a block is a tile, a warp an 8x4 part of it ---------------------------------------

struct Batch { float4 a[THREADS], b[THREADS], c[THREADS]; unsigned id[THREADS]; };

__device__ __forceinline__ bool touches(const float4& a, float x, float y) {  // box against the warp's 8x4 pixels
  return a.x + a.z > x && a.x - a.z < x + 8 && a.y + a.w > y && a.y - a.w < y + 4;
}

// out [B*V, 4, H, W]: rgb on bg, and the mean opacity of what is seen (weight times opacity, summed)
__global__ void __launch_bounds__(THREADS) blend(const uint2* __restrict__ ranges, const unsigned* __restrict__ vals, const float4* __restrict__ ra,
    const float4* __restrict__ rb, const float4* __restrict__ rc, int W, int H, float bg, float* out, float* depth, float* final_t, int* last) {
  __shared__ Batch s;
  int tw = (W + TILE - 1) / TILE, th = (H + TILE - 1) / TILE, t = blockIdx.x % (tw * th), view = blockIdx.x / (tw * th);
  int warp = threadIdx.x >> 5, lane = threadIdx.x & 31;
  int wx = t % tw * TILE + (warp & 1) * 8, wy = t / tw * TILE + (warp >> 1) * 4, x = wx + (lane & 7), y = wy + (lane >> 3);
  bool inside = x < W && y < H, done = !inside;
  float T = 1, r = 0, g = 0, b = 0, o = 0, z = 0;
  int seen = 0;
  unsigned from = ranges[blockIdx.x].x, to = ranges[blockIdx.x].y;
  for (unsigned at = from; at < to; at += THREADS) {
    if (__syncthreads_count(done) == THREADS) break;
    if (at + threadIdx.x < to) {
      unsigned id = vals[at + threadIdx.x];
      s.a[threadIdx.x] = ra[id]; s.b[threadIdx.x] = rb[id]; s.c[threadIdx.x] = rc[id];
    }
    __syncthreads();
    for (unsigned k0 = 0; k0 < THREADS && at + k0 < to; k0 += 32) {
      if (__all_sync(ALL, done)) break;
      unsigned hits = __ballot_sync(ALL, at + k0 + lane < to && touches(s.a[k0 + lane], wx, wy));
      for (; hits; hits &= hits - 1) {
        unsigned k = k0 + __ffs(hits) - 1;
        if (done) continue;
        float4 q = s.b[k];
        float ex = s.a[k].x - (x + .5f), ey = s.a[k].y - (y + .5f);
        float power = .5f * (q.x * ex * ex + q.z * ey * ey) + q.y * ex * ey;
        float alpha = fminf(MAX_ALPHA, q.w * expf(-power));
        if (power < 0 || alpha < MIN_ALPHA) continue;
        float nt = T * (1 - alpha);
        if (nt <= MIN_T) { done = true; continue; }
        float w = alpha * T;
        float4 c = s.c[k];
        r += w * c.x; g += w * c.y; b += w * c.z; z += w * c.w; o += w * q.w;
        T = nt; seen = at + k + 1 - from;
      }
    }
  }
  if (!inside) return;
  long px = (long)y * W + x, hw = (long)H * W;
  float* c = out + view * 4 * hw + px;
  c[0] = r + T * bg; c[hw] = g + T * bg; c[2 * hw] = b + T * bg; c[3 * hw] = o;
  if (depth) depth[view * hw + px] = z;
  if (final_t) { final_t[view * hw + px] = T; last[view * hw + px] = seen; }
}

// Sums of 8 values over a warp with 9 shuffles: lane l holds value (l >> 2) & 7, read as bits 16 8 4.
__device__ __forceinline__ float sum8(float* v, int lane) {
  for (int h = 4, m = 16; h; h >>= 1, m >>= 1)
    for (int i = 0; i < h; i++) {
      bool hi = lane & m;
      float send = hi ? v[i] : v[i + h], keep = hi ? v[i + h] : v[i];
      v[i] = keep + __shfl_xor_sync(ALL, send, m);
    }
  v[0] += __shfl_xor_sync(ALL, v[0], 2);
  return v[0] + __shfl_xor_sync(ALL, v[0], 1);
}

// grads [records, 9]: mean x y, conic a b c, r, g, b, opacity
__global__ void __launch_bounds__(THREADS) blend_backward(const uint2* __restrict__ ranges, const unsigned* __restrict__ vals, const float4* __restrict__ ra,
    const float4* __restrict__ rb, const float4* __restrict__ rc, int W, int H, float bg, const float* __restrict__ dout,
    const float* __restrict__ final_t, const int* __restrict__ last, float* grads) {
  __shared__ Batch s;
  __shared__ int deepest;
  int tw = (W + TILE - 1) / TILE, th = (H + TILE - 1) / TILE, t = blockIdx.x % (tw * th), view = blockIdx.x / (tw * th);
  int warp = threadIdx.x >> 5, lane = threadIdx.x & 31;
  int wx = t % tw * TILE + (warp & 1) * 8, wy = t / tw * TILE + (warp >> 1) * 4, x = wx + (lane & 7), y = wy + (lane >> 3);
  bool inside = x < W && y < H;
  long px = (long)y * W + x, hw = (long)H * W;
  float T = 1, dr = 0, dg = 0, db = 0, dopa = 0;
  int mine = 0;
  if (inside) {
    const float* d = dout + view * 4 * hw + px;
    T = final_t[view * hw + px]; mine = last[view * hw + px];
    dr = d[0]; dg = d[hw]; db = d[2 * hw]; dopa = d[3 * hw];
  }
  float behind = T * bg * (dr + dg + db);  // what is behind, times the image's gradient
  if (threadIdx.x == 0) deepest = 0;
  __syncthreads();
  atomicMax(&deepest, mine);
  __syncthreads();
  int warp_last = mine;
  for (int o = 16; o; o >>= 1) warp_last = (int)fmaxf((float)warp_last, __shfl_xor_sync(ALL, (float)warp_last, o));
  unsigned from = ranges[blockIdx.x].x;
  for (int b0 = (deepest - 1) / THREADS * THREADS; b0 >= 0 && deepest > 0; b0 -= THREADS) {
    __syncthreads();
    if (b0 + (int)threadIdx.x < deepest) {
      unsigned id = vals[from + b0 + threadIdx.x];
      s.a[threadIdx.x] = ra[id]; s.b[threadIdx.x] = rb[id]; s.c[threadIdx.x] = rc[id]; s.id[threadIdx.x] = id;
    }
    __syncthreads();
    for (int k0 = THREADS - 32; k0 >= 0; k0 -= 32) {
      if (b0 + k0 >= warp_last) continue;
      unsigned hits = __ballot_sync(ALL, b0 + k0 + lane < warp_last && touches(s.a[k0 + lane], wx, wy));
      while (hits) {
        int j = 31 - __clz(hits), k = k0 + j;
        hits ^= 1u << j;
        float4 m = s.a[k], q = s.b[k];
        float ex = m.x - (x + .5f), ey = m.y - (y + .5f);
        float power = .5f * (q.x * ex * ex + q.z * ey * ey) + q.y * ex * ey;
        float e = expf(-power), raw = q.w * e, alpha = fminf(MAX_ALPHA, raw);
        bool on = b0 + k < mine && power >= 0 && alpha >= MIN_ALPHA;
        if (!__any_sync(ALL, on)) continue;
        float v[8] = {0, 0, 0, 0, 0, 0, 0, 0}, dop = 0;
        if (on) {
          float4 c = s.c[k];
          T /= 1 - alpha;  // transmittance before this Gaussian
          float w = alpha * T, value = c.x * dr + c.y * dg + c.z * db + q.w * dopa;
          float dalpha = value * T - behind / (1 - alpha);
          behind += w * value;
          v[5] = w * dr; v[6] = w * dg; v[7] = w * db; dop = w * dopa;
          if (raw < MAX_ALPHA) {
            dop += dalpha * e;
            float dp = -dalpha * alpha;
            v[0] = dp * (q.x * ex + q.y * ey); v[1] = dp * (q.z * ey + q.y * ex);
            v[2] = .5f * dp * ex * ex; v[3] = dp * ex * ey; v[4] = .5f * dp * ey * ey;
          }
        }
        float sum = sum8(v, lane);
        for (int o = 16; o; o >>= 1) dop += __shfl_xor_sync(ALL, dop, o);
        float* to = grads + (long)s.id[k] * GRADS;
        if ((lane & 3) == 0) atomicAdd(to + (lane >> 2), sum);
        if (lane == 1) atomicAdd(to + 8, dop);
      }
    }
  }
}

// ---- gradients of the projection -----------------------------------------------------------------

__device__ __forceinline__ void rotation_backward(const float* q, const float* d, float* o) {
  float w = q[0], x = q[1], y = q[2], z = q[3];
  o[0] = 2 * (-z * d[1] + y * d[2] + z * d[3] - x * d[5] - y * d[6] + x * d[7]);
  o[1] = 2 * (y * d[1] + z * d[2] + y * d[3] - 2 * x * d[4] - w * d[5] + z * d[6] + w * d[7] - 2 * x * d[8]);
  o[2] = 2 * (-2 * y * d[0] + x * d[1] + w * d[2] + x * d[3] + z * d[5] - w * d[6] + z * d[7] - 2 * y * d[8]);
  o[3] = 2 * (-2 * z * d[0] - w * d[1] + x * d[2] + w * d[3] - 2 * z * d[4] + y * d[5] + x * d[6] + y * d[7]);
}

__device__ __forceinline__ void colour_backward(const float* g, const View& v, const float* col, const float* dcol, float* dg) {
  float d[3], basis[9], c[3], n = direction(g, v, d);
  sh_basis(d[0], d[1], d[2], basis);
  for (int k = 0; k < 3; k++) c[k] = col[k] > 0 ? dcol[k] : 0;
  float h[9];  // gradient of each basis function's value
  for (int m = 0; m < 9; m++) {
    h[m] = 0;
    for (int k = 0; k < 3; k++) { dg[11 + 3 * m + k] += basis[m] * c[k]; h[m] += g[11 + 3 * m + k] * c[k]; }
  }
  float x = d[0], y = d[1], z = d[2];
  float e[3] = {-C1 * h[3] + C2 * (y * h[4] - z * h[7]) + 2 * C5 * x * h[8],
                -C1 * h[1] + C2 * (x * h[4] - z * h[5]) - 2 * C5 * y * h[8],
                C1 * h[2] - C2 * (y * h[5] + x * h[7]) + 2 * C3 * z * h[6]};
  float along = e[0] * x + e[1] * y + e[2] * z;
  for (int k = 0; k < 3; k++) dg[k] += (e[k] - along * d[k]) * n;
}

__device__ __forceinline__ void project_backward(const float* g, const View& v, const Proj& p, const float4& conic, const float* d, float* dg) {
  float A = conic.x, Bc = conic.y, Cc = conic.z, gA = d[2], gB = .5f * d[3], gC = d[4];
  float h00 = gA * A + gB * Bc, h01 = gA * Bc + gB * Cc, h10 = gB * A + gC * Bc, h11 = gB * Bc + gC * Cc;  // G P
  float da = -(A * h00 + Bc * h10), dd = -(Bc * h01 + Cc * h11), db = -(A * h01 + Bc * h11) - (Bc * h00 + Cc * h10);
  float rz = 1 / p.z, dX = v.fx * rz * d[0], dY = v.fy * rz * d[1], dZ = -(v.fx * p.X * d[0] + v.fy * p.Y * d[1]) * rz * rz;
  float dj0 = 0, dj2 = 0, dk1 = 0, dk2 = 0, dM[9];
  for (int c = 0; c < 3; c++) {
    float u = p.j0 * p.M[c] + p.j2 * p.M[6 + c], t = p.k1 * p.M[3 + c] + p.k2 * p.M[6 + c];
    float du = 2 * da * u + db * t, dt = 2 * dd * t + db * u;
    dM[c] = p.j0 * du; dM[3 + c] = p.k1 * dt; dM[6 + c] = p.j2 * du + p.k2 * dt;
    dj0 += du * p.M[c]; dj2 += du * p.M[6 + c]; dk1 += dt * p.M[3 + c]; dk2 += dt * p.M[6 + c];
  }
  dZ -= (p.j0 * dj0 + p.k1 * dk1) * rz;
  if (p.ix) { dX -= v.fx * rz * rz * dj2; dZ -= 2 * p.j2 * rz * dj2; } else dZ -= p.j2 * rz * dj2;
  if (p.iy) { dY -= v.fy * rz * rz * dk2; dZ -= 2 * p.k2 * rz * dk2; } else dZ -= p.k2 * rz * dk2;
  float dS[9], dq[4], along = 0;
  for (int r = 0; r < 3; r++) for (int c = 0; c < 3; c++) {
    float w = v.R[r] * dM[c] + v.R[3 + r] * dM[3 + c] + v.R[6 + r] * dM[6 + c];  // R^T dM
    dg[4 + c] += w * p.S[3 * r + c];
    dS[3 * r + c] = w * g[4 + c];
  }
  rotation_backward(p.q, dS, dq);
  for (int k = 0; k < 4; k++) along += dq[k] * p.q[k];
  for (int k = 0; k < 4; k++) dg[7 + k] += (dq[k] - along * p.q[k]) * p.qn;
  for (int k = 0; k < 3; k++) dg[k] += v.R[k] * dX + v.R[3 + k] * dY + v.R[6 + k] * dZ;
}

__global__ void __launch_bounds__(THREADS) project_all_backward(const float* __restrict__ gs, const float* __restrict__ cams, Shape s,
    const float4* __restrict__ ra, const float4* __restrict__ rb, const float4* __restrict__ rc, const float* __restrict__ grads, float* dgs) {
  __shared__ View views[MAXV];
  __shared__ float staged[THREADS * ROW];
  int b = blockIdx.y, i = blockIdx.x * THREADS + threadIdx.x;
  long first = ((long)b * s.N + blockIdx.x * THREADS) * NUMBERS;
  load_rows(gs + first, rows_of_block(s.N), staged);
  if (threadIdx.x < (unsigned)s.V) load_view(cams + (b * s.V + threadIdx.x) * 11, 0, s.W, s.H, views[threadIdx.x]);
  __syncthreads();
  float g[NUMBERS], dg[NUMBERS];
  for (int k = 0; k < NUMBERS; k++) { g[k] = staged[threadIdx.x * ROW + k]; dg[k] = 0; }
  for (int k = 0; i < s.N && k < s.V; k++) {
    long id = ((long)b * s.V + k) * s.N + i;
    if (ra[id].z <= 0) continue;
    float d[GRADS], any = 0;
    for (int m = 0; m < GRADS; m++) { d[m] = grads[id * GRADS + m]; any += fabsf(d[m]); }
    if (!(any > 0)) continue;
    Proj p;
    if (!project(g, views[k], p)) continue;
    float4 c = rc[id];
    float col[3] = {c.x, c.y, c.z};
    colour_backward(g, views[k], col, d + 5, dg);
    project_backward(g, views[k], p, rb[id], d, dg);
    dg[3] += d[8];
  }
  for (int k = 0; k < NUMBERS; k++) staged[threadIdx.x * ROW + k] = isfinite(dg[k]) ? dg[k] : 0;
  __syncthreads();
  store_rows(staged, rows_of_block(s.N), dgs + first);
}

// ---- what the host calls -------------------------------------------------------------------------

struct Records { float4 *ra, *rb, *rc; unsigned *keys, *keys2, *vals, *vals2, *used; uint2* ranges; void* temp; unsigned long temp_bytes; unsigned capacity; };

static int key_bits(unsigned tiles) { int k = 1; while ((1ull << k) < tiles + 1ull) k++; return 32 - k; }

#ifdef __CUDACC__
static unsigned sort_pairs(const Records& r, cudaStream_t st) {  // which of the two buffers holds the result
  cub::DoubleBuffer<unsigned> k(r.keys, r.keys2), v(r.vals, r.vals2);
  size_t bytes = r.temp_bytes;
  cub::DeviceRadixSort::SortPairs(r.temp, bytes, k, v, (int)r.capacity, 0, 32, st);
  return k.selector == v.selector ? k.selector : 2;
}
extern "C" unsigned long raster_temp_bytes(unsigned capacity) {
  cub::DoubleBuffer<unsigned> k(nullptr, nullptr), v(nullptr, nullptr);
  size_t bytes = 0;
  cub::DeviceRadixSort::SortPairs(nullptr, bytes, k, v, (int)capacity, 0, 32);
  return bytes;
}
static int fill(void* p, int value, size_t bytes, cudaStream_t st) { return cudaMemsetAsync(p, value, bytes, st); }
static int failed() { return (int)cudaGetLastError(); }
#else
static unsigned sort_pairs(const Records& r, cudaStream_t) {
  std::vector<unsigned> order(r.capacity);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](unsigned a, unsigned b) { return r.keys[a] < r.keys[b]; });
  for (unsigned i = 0; i < r.capacity; i++) { r.keys2[i] = r.keys[order[i]]; r.vals2[i] = r.vals[order[i]]; }
  return 1;
}
extern "C" unsigned long raster_temp_bytes(unsigned) { return 4; }
static int fill(void* p, int value, size_t bytes, cudaStream_t) { memset(p, value, bytes); return 0; }
static int failed() { return 0; }
#endif

// Renders; returns 0 or a CUDA error code. `which`: the buffer (0, 1) that holds the sorted lists.
extern "C" int raster_forward(const float* gs, const float* cams, const unsigned* masks, Shape s, Records r, float bg,
                              float* out, float* depth, float* final_t, int* last, unsigned* which, cudaStream_t st) {
  unsigned tiles = (unsigned)(s.B * s.V) * ((s.W + TILE - 1) / TILE) * ((s.H + TILE - 1) / TILE);
  int bits = key_bits(tiles);
  if (s.V > MAXV) return -1;
  fill(r.keys, 0xff, 4ul * r.capacity, st); fill(r.used, 0, 4, st); fill(r.ranges, 0, sizeof(uint2) * (size_t)tiles, st);
  LAUNCH(project_all, dim3((s.N + THREADS - 1) / THREADS, s.B), THREADS, st, gs, cams, masks, s, bits, r.capacity, r.ra, r.rb, r.rc, r.keys, r.vals, r.used);
  unsigned k = *which = sort_pairs(r, st);
  if (k > 1) return -2;
  const unsigned *keys = k ? r.keys2 : r.keys, *vals = k ? r.vals2 : r.vals;
  LAUNCH(find_ranges, dim3((r.capacity + THREADS - 1) / THREADS), THREADS, st, keys, r.capacity, bits, tiles, r.ranges);
  LAUNCH(blend, dim3(tiles), THREADS, st, r.ranges, vals, r.ra, r.rb, r.rc, s.W, s.H, bg, out, depth, final_t, last);
  return failed();
}

extern "C" int raster_backward(const float* gs, const float* cams, Shape s, Records r, float bg, const float* dout,
                               const float* final_t, const int* last, unsigned which, float* grads, float* dgs, cudaStream_t st) {
  unsigned tiles = (unsigned)(s.B * s.V) * ((s.W + TILE - 1) / TILE) * ((s.H + TILE - 1) / TILE);
  fill(grads, 0, 4ul * GRADS * s.B * s.V * s.N, st);
  LAUNCH(blend_backward, dim3(tiles), THREADS, st, r.ranges, which ? r.vals2 : r.vals, r.ra, r.rb, r.rc, s.W, s.H, bg, dout, final_t, last, grads);
  LAUNCH(project_all_backward, dim3((s.N + THREADS - 1) / THREADS, s.B), THREADS, st, gs, cams, s, r.ra, r.rb, r.rc, grads, dgs);
  return failed();
}
