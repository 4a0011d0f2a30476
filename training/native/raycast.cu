// Analytic ray caster for the procedural worlds: one source for nvcc and for g++ -x c++.
//   prims [B, P, 24]  type (-1: no more), centre xyz, half sizes xyz, yaw, colour rgb, colour2 rgb, pattern, its
//                     number k; then what the caster does not read (see worlds/build.py); place 22: grain
//   env   [B, 32]     zenith rgb, horizon rgb, sun direction, sun rgb, ambient rgb, ground rgb, rgb2, pattern, scale,
//                     shadow, fog, glow, far, cloud amount, cloud scale, gamma (0: as it is)
//   cams  [B, V, 16]  c2w rows (3x4, OpenGL), fx fy cx cy (over image size)
#include <math.h>
#ifdef __CUDACC__
#define HD __host__ __device__ __forceinline__
#else
#define HD static inline
#endif
constexpr int PRIM = 24, ENV = 32;
enum { SPHERE, BOX, CYLINDER, CONE, PYRAMID, ROOF, ROOM };  // a room is a box seen from within, from anywhere
enum { PLAIN, RINGS, CHECKS, CAP, NOISE,            // patterns of a primitive, within its own frame
       BRICKS, PLANKS, TILES, WINDOWS, BOOKS, PICTURE, FLECKS, LEAVES, LIGHT };  // and in lengths of the world
enum { G_PLAIN, G_CHECKER, G_STRIPES, G_NOISE, G_TILES, G_PLANKS, G_FLECKS, G_WATER };  // patterns of the ground

struct V3 { float x, y, z; };
HD V3 v3(float x, float y, float z) { V3 r = {x, y, z}; return r; }
HD V3 ld(const float* p) { return v3(p[0], p[1], p[2]); }
HD V3 operator+(V3 a, V3 b) { return v3(a.x + b.x, a.y + b.y, a.z + b.z); }
HD V3 operator-(V3 a, V3 b) { return v3(a.x - b.x, a.y - b.y, a.z - b.z); }
HD V3 operator*(V3 a, float s) { return v3(a.x * s, a.y * s, a.z * s); }
HD V3 operator*(V3 a, V3 b) { return v3(a.x * b.x, a.y * b.y, a.z * b.z); }
HD float dot(V3 a, V3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
HD V3 unit(V3 a) { return a * (1.0f / sqrtf(dot(a, a) + 1e-20f)); }
HD V3 mix(V3 a, V3 b, float t) { return a * (1 - t) + b * t; }
HD float clamp01(float x) { return fminf(fmaxf(x, 0.f), 1.f); }

// ---- shapes --------------------------------------------------------------------------------------

struct Slab { float t0, t1; V3 n0, n1; bool ok; };
HD void clip(float a, float b, V3 n, Slab& s) {  // half space n.p <= c: a = c - n.o, b = n.d
  if (fabsf(b) < 1e-9f) { if (a < 0) s.ok = false; return; }
  float t = a / b;
  if (b < 0) { if (t > s.t0) { s.t0 = t; s.n0 = n; } } else { if (t < s.t1) { s.t1 = t; s.n1 = n; } }
}

HD float hit_sphere(V3 o, V3 d, float eps, V3& n) {
  float a = dot(d, d), b = dot(o, d), c = dot(o, o) - 1, q = b * b - a * c;
  if (q <= 0) return -1;
  q = sqrtf(q);
  float t = (-b - q) / a;
  if (t < eps) t = (-b + q) / a;
  n = o + d * t;
  return t < eps ? -1 : t;
}

HD float hit_round(int type, V3 o, V3 d, float eps, V3& n) {  // radius at y: 1, or (1 - y) / 2 for a cone
  float k0 = type == CYLINDER ? 1.f : .5f, k1 = type == CYLINDER ? 0.f : -.5f, r = k0 + k1 * o.y, s = k1 * d.y;
  float a = d.x * d.x + d.z * d.z - s * s, b = o.x * d.x + o.z * d.z - r * s, c = o.x * o.x + o.z * o.z - r * r;
  float best = 1e30f, q = b * b - a * c;
  if (q > 0 && fabsf(a) > 1e-12f) {
    q = sqrtf(q);
    for (int k = 0; k < 2; k++) {
      float t = (-b + (k ? q : -q)) / a, y = o.y + t * d.y;
      if (t > eps && t < best && y >= -1 && y <= 1 && k0 + k1 * y >= 0) {
        V3 p = o + d * t;
        best = t; n = v3(p.x, -(k0 + k1 * y) * k1, p.z);
      }
    }
  }
  for (int k = 0; k < (type == CONE ? 1 : 2); k++) {
    if (fabsf(d.y) < 1e-9f) continue;
    float y = k ? 1.f : -1.f, t = (y - o.y) / d.y;
    V3 p = o + d * t;
    if (t > eps && t < best && p.x * p.x + p.z * p.z <= 1) { best = t; n = v3(0, y, 0); }
  }
  return best < 1e29f ? best : -1;
}

HD float hit_convex(int type, V3 o, V3 d, float eps, V3& n) {  // box, room, pyramid, gable roof with its ridge along z
  Slab s = {-1e30f, 1e30f, v3(0, 1, 0), v3(0, 1, 0), true};
  clip(1 + o.y, -d.y, v3(0, -1, 0), s);
  if (type == BOX || type == ROOM) {
    clip(1 - o.y, d.y, v3(0, 1, 0), s);
    clip(1 - o.x, d.x, v3(1, 0, 0), s); clip(1 + o.x, -d.x, v3(-1, 0, 0), s);
  } else {
    clip(1 - 2 * o.x - o.y, 2 * d.x + d.y, v3(2, 1, 0), s); clip(1 + 2 * o.x - o.y, -2 * d.x + d.y, v3(-2, 1, 0), s);
  }
  if (type == PYRAMID) {
    clip(1 - 2 * o.z - o.y, 2 * d.z + d.y, v3(0, 1, 2), s); clip(1 + 2 * o.z - o.y, -2 * d.z + d.y, v3(0, 1, -2), s);
  } else {
    clip(1 - o.z, d.z, v3(0, 0, 1), s); clip(1 + o.z, -d.z, v3(0, 0, -1), s);
  }
  if (!s.ok || s.t0 >= s.t1) return -1;
  if (type == ROOM) { n = s.n1 * -1.f; return s.t1 > eps ? s.t1 : -1; }
  if (s.t0 > eps) { n = s.n0; return s.t0; }
  if (s.t1 > eps) { n = s.n1; return s.t1; }
  return -1;
}

HD float hit_prim(const float* p, V3 o, V3 d, float eps, V3& n, V3& local) {  // first hit past eps; unit d
  V3 q = o - ld(p + 1), h = ld(p + 4);
  float b = dot(q, d), c = dot(q, q) - dot(h, h);
  if (c > 0 && (b > 0 || b * b < c)) return -1;  // misses the sphere around it
  float cy = cosf(p[7]), sy = sinf(p[7]);
  V3 lo = v3((cy * q.x - sy * q.z) / h.x, q.y / h.y, (sy * q.x + cy * q.z) / h.z);
  V3 dir = v3((cy * d.x - sy * d.z) / h.x, d.y / h.y, (sy * d.x + cy * d.z) / h.z);
  int type = (int)p[0];
  V3 m;
  float t = type == SPHERE ? hit_sphere(lo, dir, eps, m) : type == CYLINDER || type == CONE ? hit_round(type, lo, dir, eps, m) : hit_convex(type, lo, dir, eps, m);
  if (t > 0) {
    m = v3(m.x / h.x, m.y / h.y, m.z / h.z);
    n = unit(v3(cy * m.x + sy * m.z, m.y, -sy * m.x + cy * m.z));
    local = lo + dir * t;
  }
  return t;
}

// ---- surfaces ------------------------------------------------------------------------------------

HD float hash3(int x, int y, int z) {
  unsigned h = (unsigned)x * 374761393u + (unsigned)y * 668265263u + (unsigned)z * 2147483647u;
  h = (h ^ (h >> 13)) * 1274126177u;
  return ((h ^ (h >> 16)) & 0xffff) / 65535.f;
}
HD float noise2(float x, float y, int z) {
  float fx = floorf(x), fy = floorf(y), u = x - fx, v = y - fy;
  int i = (int)fx, j = (int)fy;
  u = u * u * (3 - 2 * u); v = v * v * (3 - 2 * v);
  return (hash3(i, j, z) * (1 - u) + hash3(i + 1, j, z) * u) * (1 - v) + (hash3(i, j + 1, z) * (1 - u) + hash3(i + 1, j + 1, z) * u) * v;
}
HD float noise3(V3 p) {
  float fz = floorf(p.z), w = p.z - fz;
  w = w * w * (3 - 2 * w);
  return noise2(p.x, p.y, (int)fz) * (1 - w) + noise2(p.x, p.y, (int)fz + 1) * w;
}
HD bool odd(float x) { return (int)floorf(x) & 1; }
HD float part(float x) { return x - floorf(x); }
HD float grain3(V3 p) { return .5f * noise3(p) + .3f * noise3(p * 2.3f) + .2f * noise3(p * 5.1f); }

// Rows of pieces with joints between them -> how much of the joint's colour, and the piece's own number in [0, 1].
HD float joints(float u, float v, float shift, float joint, float& own) {
  float y = floorf(v), x = u + shift * (odd(v) ? 1.f : 0.f), a = part(x), b = part(v);
  own = hash3((int)floorf(x), (int)y, 11);
  return a < joint || b < joint;
}

HD V3 ground(const float* env, V3 p, V3 d, float distance) {
  int pattern = (int)env[21];
  float s = env[22], a = 0, own = 0, soft = fminf(distance / env[26] * 3.f, 1.f);  // the pattern fades with distance
  if (pattern == G_CHECKER) a = odd(p.x / s) != odd(p.z / s);
  else if (pattern == G_STRIPES) a = odd(p.x / s + .5f);
  else if (pattern == G_NOISE) a = .65f * noise2(p.x / s, p.z / s, 0) + .35f * noise2(p.x * 2.3f / s + 7, p.z * 2.3f / s, 0);
  else if (pattern == G_TILES) a = fmaxf(joints(p.x / s, p.z / s, 0, .06f, own), .5f * own);
  else if (pattern == G_PLANKS) a = fmaxf(joints(p.z / s * .2f, p.x / s * 2, .4f, .04f, own), .8f * own);
  else if (pattern == G_FLECKS) a = clamp01(2.f * grain3(p * (3 / s)) - .5f);
  else if (pattern == G_WATER) {  // ripples, and the sky where one looks along it
    a = noise2(p.x / s, p.z * 3 / s, 0) * .6f + .4f * noise2(p.x * 2.7f / s, p.z * 8 / s, 1);
    float k = 1 + d.y;
    V3 c = mix(ld(env + 15), ld(env + 18), a * (1 - soft) + .5f * soft);
    return mix(c, ld(env + 3), clamp01(k * k * k * (1.1f - .5f * a)));
  }
  return mix(ld(env + 15), ld(env + 18), a * (1 - soft) + .5f * soft * (pattern != G_PLAIN));
}

HD bool gap(const float* q, V3 at) { return noise3(at * ld(q + 4) * (2.5f * q[15]) + ld(q + 1) * 3.7f) < .45f; }  // between leaves

HD V3 surface(const float* q, V3 at) {  // at: in the primitive's own frame, within [-1, 1]
  int pattern = (int)q[14];
  float k = q[15], a = 0, own = 0;
  V3 base = ld(q + 8), other = ld(q + 11), u = (at + v3(1, 1, 1)) * .5f, m = at * ld(q + 4);
  bool front = fabsf(at.z) >= fmaxf(fabsf(at.x), fabsf(at.y)), side = !front && fabsf(at.x) >= fabsf(at.y);
  float x = (side ? m.z : m.x) * k + 40, y = (front || side ? m.y : m.z) * k + 40;
  switch (pattern) {
    case RINGS: a = odd(u.y * k * .9999f); break;
    case CHECKS: a = odd(u.x * k) != (odd(u.y * k) != odd(u.z * k)); break;
    case CAP: a = at.y > 1 - 2 * k; break;
    case NOISE: { V3 p = at * k + v3(q[1], q[2], q[3]) * 3.7f; a = clamp01(2.2f * (.6f * noise3(p) + .4f * noise3(p * 2.7f)) - .6f); break; }
    case BRICKS: a = joints(x, y * 2.4f, .5f, .14f, own); base = base * (.7f + .5f * own); break;
    case PLANKS: a = joints(y * .1f, x, .3f, .08f, own); base = base * (.75f + .3f * own + .15f * noise2(x * 5, y * .6f, 2)); break;
    case TILES: a = joints(x, y, 0, .08f, own); base = base * (.85f + .2f * own); break;
    case WINDOWS: {  // panes with a light frame and a bar, and no two panes alike
      float c = part(x), r = part(y * .8f);
      own = hash3((int)floorf(x), (int)floorf(y * .8f), 5);
      bool pane = c > .25f && c < .75f && r > .22f && r < .78f && (front || side);
      bool frame = pane && (c < .31f || c > .69f || r < .27f || r > .73f || fabsf(c - .5f) < .025f);
      if (frame) base = mix(v3(.92f, .91f, .88f), base, own > .9f ? 1.f : 0.f);
      else if (pane) base = other * (.5f + .9f * own);
      break;
    }
    case BOOKS: {  // rows of backs of many colours on boards
      float r = part(y * .7f), n = x * 5;
      int i = (int)floorf(n), j = (int)floorf(y * .7f);
      float high = .65f + .3f * hash3(i, j, 9);
      if (r < .1f || !front) break;
      base = r > high ? other * .35f : mix(other, v3(hash3(i, j, 1), hash3(i, j, 2), hash3(i, j, 3)), .75f) * (part(n) < .12f ? .5f : 1.f);
      break;
    }
    case PICTURE: {  // something painted, in a frame
      if (fmaxf(fabsf(at.x), fabsf(at.y)) > .86f) break;
      V3 p = v3(at.x * 1.6f, at.y * 1.6f, k * 7.3f);
      base = mix(mix(other, v3(other.y, other.z, other.x), clamp01(6 * noise3(p) - 2.6f)), v3(.9f, .88f, .8f), clamp01(7 * noise3(p + v3(9, 3, 1)) - 4));
      break;
    }
    case FLECKS: a = clamp01(2.6f * grain3(m * k + ld(q + 1) * 3.7f) - .8f); break;
    case LEAVES: a = clamp01(1.6f * grain3(m * k * 1.7f + ld(q + 1) * 2.3f) - .3f) * .8f; break;
  }
  V3 c = mix(base, other, a);
  return q[22] > 0 ? c * (1 + q[22] * (2 * grain3(m * 4.f + ld(q + 1)) - 1)) : c;
}

HD V3 sky(const float* env, V3 d) {
  V3 c = mix(ld(env + 3), ld(env), sqrtf(clamp01(d.y * 1.6f))) + ld(env + 9) * (env[25] * powf(fmaxf(dot(d, ld(env + 6)), 0.f), 24.f));
  if (env[27] <= 0) return c;
  float k = env[28] / (fmaxf(d.y, 0.f) + .25f), x = d.x * k, y = d.z * k;
  float a = clamp01(2.5f * (.6f * noise2(x, y, 3) + .3f * noise2(x * 2.1f, y * 2.1f, 4) + .1f * noise2(x * 4.7f, y * 4.7f, 5)) - .9f);
  return mix(c, ld(env + 3) * .3f + v3(.65f, .65f, .66f), env[27] * a);
}

// The first hit past eps of what has no gap there, its normal on the side of the ray.
HD float hit_solid(const float* p, V3 o, V3 d, float eps, V3& n, V3& local) {
  float t = hit_prim(p, o, d, eps, n, local);
  if (t > 0 && (int)p[14] == LEAVES) {
    if (gap(p, local)) t = hit_prim(p, o, d, t + 1e-3f, n, local);
    if (t > 0 && gap(p, local)) return -1;
    if (t > 0 && dot(n, d) > 0) n = n * -1.f;
  }
  return t;
}

// Colour, distance (at most far) and what was hit: a primitive's index, -1 the sky, -2 the ground.
HD V3 trace(const float* prims, int P, const float* env, V3 o, V3 d, float& depth, int& id) {
  V3 sun = ld(env + 6), n = v3(0, 1, 0), local = n;
  float best = 1e30f;
  id = -1;
  for (int i = 0; i < P && prims[PRIM * i] >= 0; i++) {
    V3 m, l;
    float t = hit_solid(prims + PRIM * i, o, d, 1e-3f, m, l);
    if (t > 0 && t < best) { best = t; n = m; local = l; id = i; }
  }
  if (d.y < -1e-6f && -o.y / d.y > 0 && -o.y / d.y < best) { best = -o.y / d.y; id = -2; n = v3(0, 1, 0); }
  depth = fminf(best, env[26]);
  if (id == -1) return sky(env, d);
  V3 p = o + d * best, albedo = id == -2 ? ground(env, p, d, best) : surface(prims + PRIM * id, local);
  float facing = fmaxf(dot(n, sun), 0.f), lit = 1;
  bool shines = id >= 0 && (int)prims[PRIM * id + 14] == LIGHT;
  if (facing > 0 && env[23] > 0 && !shines)
    for (int i = 0; i < P && prims[PRIM * i] >= 0 && lit == 1; i++) {
      V3 m, l;
      if ((int)prims[PRIM * i] == ROOM) continue;  // the sun shines in
      if (hit_solid(prims + PRIM * i, p + n * 2e-3f, sun, 1e-3f, m, l) > 0) lit = 1 - env[23];
    }
  V3 c = shines ? albedo : albedo * (ld(env + 12) * (.8f + .2f * n.y) + ld(env + 9) * (facing * lit));
  return mix(c, ld(env + 3), 1 - expf(-(best / env[24]) * (best / env[24])));
}

HD V3 exposed(V3 c, float gamma) {
  c = v3(clamp01(c.x), clamp01(c.y), clamp01(c.z));
  return gamma > 0 ? v3(powf(c.x, gamma), powf(c.y, gamma), powf(c.z, gamma)) : c;
}

// ---- pictures ------------------------------------------------------------------------------------

struct Job { int B, P, V, H, W, ss; };
#ifdef __CUDACC__
__global__
#else
static
#endif
void cast(const float* prims, const float* env, const float* cams, float* rgb, float* depth, int* ids, Job j
#ifndef __CUDACC__
  , long i
#endif
) {
#ifdef __CUDACC__
  long i = blockIdx.x * (long)blockDim.x + threadIdx.x;
#endif
  long hw = (long)j.H * j.W;
  if (i >= j.B * j.V * hw) return;
  long bv = i / hw, px = i % hw, b = bv / j.V;
  const float* cam = cams + bv * 16;
  V3 sum = v3(0, 0, 0), o = v3(cam[3], cam[7], cam[11]);
  float dep = 0, t;
  int id = -1;
  for (int k = 0; k < j.ss * j.ss; k++) {
    float u = (px % j.W + (k % j.ss + .5f) / j.ss) / j.W, v = (px / j.W + (k / j.ss + .5f) / j.ss) / j.H;
    V3 c = v3((u - cam[14]) / cam[12], -(v - cam[15]) / cam[13], -1);
    V3 d = unit(v3(dot(ld(cam), c), dot(ld(cam + 4), c), dot(ld(cam + 8), c)));
    V3 s = trace(prims + b * j.P * PRIM, j.P, env + b * ENV, o, d, t, id);
    sum = sum + exposed(s, env[b * ENV + 29]);
    dep += t;
  }
  float k = 1.f / (j.ss * j.ss), c[3] = {sum.x * k, sum.y * k, sum.z * k};
  if (rgb) for (int m = 0; m < 3; m++) rgb[(bv * 3 + m) * hw + px] = c[m] * 2 - 1;
  if (depth) depth[i] = dep * k;
  if (ids) ids[i] = id;
}

// rgb [B, V, 3, H, W] in [-1, 1], depth along the ray [B, V, H, W], ids [B, V, H, W] of the last sub-sample; each or null
extern "C" void raycast(const float* prims, const float* env, const float* cams, float* rgb, float* depth, int* ids, Job j, void* stream) {
  long total = (long)j.B * j.V * j.H * j.W;
#ifdef __CUDACC__
  cast<<<(total + 127) / 128, 128, 0, (cudaStream_t)stream>>>(prims, env, cams, rgb, depth, ids, j);
#else
  #pragma omp parallel for schedule(dynamic, 512)
  for (long i = 0; i < total; i++) cast(prims, env, cams, rgb, depth, ids, j, i);
#endif
}
