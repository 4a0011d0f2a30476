// A kernel is called as (args, job, scratch). Its arguments are f64s in a row, whatever they stand for.

// @ts-ignore: decorator
@inline
export function pointerArg(args: usize, index: i32): usize {
  return <usize>load<f64>(args + (index << 3))
}

// @ts-ignore: decorator
@inline
export function intArg(args: usize, index: i32): i32 {
  return <i32>load<f64>(args + (index << 3))
}

// @ts-ignore: decorator
@inline
export function floatArg(args: usize, index: i32): f32 {
  return <f32>load<f64>(args + (index << 3))
}

// @ts-ignore: decorator
@inline
export function doubleArg(args: usize, index: i32): f64 {
  return load<f64>(args + (index << 3))
}
