// The Gaussian head's activations: raw maps -> Gaussians in world space, forward and backward.
//   raw  [F, 76, a, b] with any strides: two Gaussians a pixel x (SH 27, uv 2, depth, opacity, scale 3, rotation 4)
//   cams [F, 11]       gs [F, 2, a, b, 38]  xyz, opacity, scale 3, rotation wxyz, SH 27
//   side [F, 2, a, b, 2]  log depth, mean scale in units of the pixel's footprint (for losses)
#ifdef __CUDACC__
#define LAUNCH(kernel, grid, threads, stream, ...) kernel<<<grid, threads, 0, stream>>>(__VA_ARGS__)
#endif
constexpr int THREADS = 128, NUMBERS = 38, ROW = 39, SH = 0, UV = 27, DEPTH = 29, OPACITY = 30, SCALE = 31, ROT = 34;
struct Maps { int F, a, b; long sf, sc, sy, sx; };  // sizes and raw's strides, in elements
struct Ray { float c[3], d[3], R[9], inv, unit; };  // direction in the camera, in the world; 1 / |c|; pixel footprint

__device__ __forceinline__ float sigmoid(float x) { return 1 / (1 + expf(-x)); }

__device__ __forceinline__ Ray ray_of(const float* cam, float x, float y, float du, float dv, const Maps& m) {
  Ray r;
  float n = 1 / sqrtf(cam[0] * cam[0] + cam[1] * cam[1] + cam[2] * cam[2] + cam[3] * cam[3]);
  float qw = cam[0] * n, qx = cam[1] * n, qy = cam[2] * n, qz = cam[3] * n;
  float M[9] = {1 - 2 * (qy * qy + qz * qz), 2 * (qx * qy - qw * qz), 2 * (qx * qz + qw * qy),
                2 * (qx * qy + qw * qz), 1 - 2 * (qx * qx + qz * qz), 2 * (qy * qz - qw * qx),
                2 * (qx * qz - qw * qy), 2 * (qy * qz + qw * qx), 1 - 2 * (qx * qx + qy * qy)};
  for (int k = 0; k < 9; k++) r.R[k] = M[k];
  float u = (x + .5f) / (cam[9] * m.b) + du, v = (y + .5f) / (cam[10] * m.a) + dv;
  r.c[0] = (u - 1) * cam[9] / cam[7]; r.c[1] = -(v - 1) * cam[10] / cam[8]; r.c[2] = -1;
  r.inv = 1 / sqrtf(r.c[0] * r.c[0] + r.c[1] * r.c[1] + 1);
  for (int k = 0; k < 3; k++) r.d[k] = (r.R[3 * k] * r.c[0] + r.R[3 * k + 1] * r.c[1] - r.R[3 * k + 2]) * r.inv;
  float fx = cam[7] / m.b, fy = cam[8] / m.a;
  r.unit = sqrtf(fx * fx + fy * fy);
  return r;
}

// Where the raw numbers of Gaussian i lie.
__device__ __forceinline__ long place(long i, const Maps& m, long& f, int& y, int& x) {
  long hw = (long)m.a * m.b;
  f = i / (2 * hw); y = i % hw / m.b; x = i % m.b;
  return f * m.sf + i / hw % 2 * NUMBERS * m.sc + y * m.sy + x * m.sx;
}

// A block's raw numbers pass through shared memory, a row for each Gaussian, so that device memory is read and written in
// whole lines; rows are odd, so that threads meet different banks.
__device__ __forceinline__ void load_rows(const float* raw, const long* at, int rows, const Maps& m, float* staged) {
  for (int e = threadIdx.x; e < rows * NUMBERS; e += THREADS) {
    int row = e / NUMBERS, k = e % NUMBERS;
    staged[row * ROW + k] = raw[at[row] + k * m.sc];
  }
}

__global__ void activate(const float* __restrict__ raw, const float* __restrict__ cams, Maps m, float* gs, float* side) {
  __shared__ float staged[THREADS * ROW];
  __shared__ long at[THREADS];
  long first = blockIdx.x * (long)THREADS, i = first + threadIdx.x, total = m.F * 2l * m.a * m.b, f = 0;
  int rows = total - first < THREADS ? total - first : THREADS, y = 0, x = 0;
  if (i < total) at[threadIdx.x] = place(i, m, f, y, x);
  __syncthreads();
  load_rows(raw, at, rows, m, staged);
  __syncthreads();
  if (i < total) {
    float p[NUMBERS], *o = staged + threadIdx.x * ROW;
    for (int k = 0; k < NUMBERS; k++) p[k] = o[k];
    Ray r = ray_of(cams + f * 11, x, y, p[UV], p[UV + 1], m);
    float log_depth = p[DEPTH], depth = expf(log_depth), n = 0, mean = 0;
    for (int k = 0; k < 3; k++) o[k] = cams[f * 11 + 4 + k] + depth * r.d[k];
    o[3] = sigmoid(p[OPACITY]);
    for (int k = 0; k < 3; k++) {
      float s = 16 * sigmoid(p[SCALE + k]);
      o[4 + k] = s * depth * r.unit;
      mean += s / 3;
    }
    for (int k = 0; k < 4; k++) n += p[ROT + k] * p[ROT + k];
    n = 1 / fmaxf(sqrtf(n), 1e-12f);
    for (int k = 0; k < 4; k++) o[7 + k] = p[ROT + k] * n;
    for (int k = 0; k < 27; k++) o[11 + k] = p[SH + k];
    side[2 * i] = log_depth; side[2 * i + 1] = mean;
  }
  __syncthreads();
  for (int e = threadIdx.x; e < rows * NUMBERS; e += THREADS) gs[first * NUMBERS + e] = staged[e / NUMBERS * ROW + e % NUMBERS];
}

__global__ void activate_backward(const float* __restrict__ raw, const float* __restrict__ cams, Maps m,
    const float* __restrict__ dgs, const float* __restrict__ dside, float* draw) {
  __shared__ float staged[THREADS * ROW], given[THREADS * ROW];
  __shared__ long at[THREADS];
  long first = blockIdx.x * (long)THREADS, i = first + threadIdx.x, total = m.F * 2l * m.a * m.b, f = 0;
  int rows = total - first < THREADS ? total - first : THREADS, y = 0, x = 0;
  if (i < total) at[threadIdx.x] = place(i, m, f, y, x);
  __syncthreads();
  load_rows(raw, at, rows, m, staged);
  for (int e = threadIdx.x; e < rows * NUMBERS; e += THREADS) given[e / NUMBERS * ROW + e % NUMBERS] = dgs[first * NUMBERS + e];
  __syncthreads();
  if (i < total) {
    const float *d = given + threadIdx.x * ROW, *cam = cams + f * 11;
    float p[NUMBERS], *o = staged + threadIdx.x * ROW;
    for (int k = 0; k < NUMBERS; k++) p[k] = o[k];
    Ray r = ray_of(cam, x, y, p[UV], p[UV + 1], m);
    float depth = expf(p[DEPTH]), ddepth = 0, dlog = dside[2 * i], dmean = dside[2 * i + 1];
    for (int k = 0; k < 3; k++) ddepth += d[k] * r.d[k];
    float dc[2] = {0, 0};  // gradient of the direction in the camera, through its normalisation
    for (int k = 0; k < 3; k++) {
      float t = depth * (d[k] - ddepth * r.d[k]) * r.inv;
      dc[0] += r.R[3 * k] * t; dc[1] += r.R[3 * k + 1] * t;
    }
    o[UV] = dc[0] * cam[9] / cam[7];
    o[UV + 1] = -dc[1] * cam[10] / cam[8];
    for (int k = 0; k < 3; k++) {
      float s = sigmoid(p[SCALE + k]), size = 16 * s * r.unit;
      ddepth += d[4 + k] * size;
      o[SCALE + k] = (d[4 + k] * size * depth + dmean * 16 * s / 3) * (1 - s);
    }
    o[DEPTH] = ddepth * depth + dlog;
    float op = sigmoid(p[OPACITY]);
    o[OPACITY] = d[3] * op * (1 - op);
    float n = 0, along = 0;
    for (int k = 0; k < 4; k++) n += p[ROT + k] * p[ROT + k];
    n = 1 / fmaxf(sqrtf(n), 1e-12f);
    for (int k = 0; k < 4; k++) along += p[ROT + k] * n * d[7 + k];
    for (int k = 0; k < 4; k++) o[ROT + k] = (d[7 + k] - along * p[ROT + k] * n) * n;
    for (int k = 0; k < 27; k++) o[SH + k] = d[11 + k];
  }
  __syncthreads();
  for (int e = threadIdx.x; e < rows * NUMBERS; e += THREADS) {
    int row = e / NUMBERS, k = e % NUMBERS;
    draw[at[row] + k * m.sc] = staged[row * ROW + k];
  }
}

static dim3 blocks(const Maps& m) { return dim3((unsigned)((m.F * 2l * m.a * m.b + THREADS - 1) / THREADS)); }

extern "C" void head_forward(const float* raw, const float* cams, Maps m, float* gs, float* side, cudaStream_t st) {
  LAUNCH(activate, blocks(m), THREADS, st, raw, cams, m, gs, side);
}

extern "C" void head_backward(const float* raw, const float* cams, Maps m, const float* dgs, const float* dside, float* draw, cudaStream_t st) {
  LAUNCH(activate_backward, blocks(m), THREADS, st, raw, cams, m, dgs, dside, draw);
}
