import type { Color } from 'three'
import { BufferAttribute, BufferGeometry, Points, ShaderMaterial } from 'three'
import type { Vec3 } from '@flashworld/math'

export interface Dot {
  readonly at: Vec3
  readonly color: Color
  /** Diameter, CSS pixels. */
  readonly size: number
}

const vertexShader = /* glsl */ `
  attribute vec3 color;
  attribute float size;
  uniform float pixelRatio;
  varying vec3 vColor;
  varying float vSize;
  void main() {
    vColor = color;
    vSize = size * pixelRatio;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    gl_PointSize = vSize;
  }
`

const fragmentShader = /* glsl */ `
  uniform vec3 edge;
  uniform float pixelRatio;
  varying vec3 vColor;
  varying float vSize;
  void main() {
    float radius = length(gl_PointCoord - 0.5) * vSize;
    float outer = 0.5 * vSize;
    float inside = smoothstep(outer, outer - 1.0, radius);
    float ring = smoothstep(outer - 2.0 * pixelRatio - 0.5, outer - 2.0 * pixelRatio + 0.5, radius);
    gl_FragColor = vec4(mix(vColor, edge, ring), inside);
  }
`

/** Discs of a size in the picture, with an edge, above all that is drawn. */
export class Dots {
  readonly object: Points<BufferGeometry, ShaderMaterial>

  constructor() {
    const material = new ShaderMaterial({
      vertexShader,
      fragmentShader,
      uniforms: { edge: { value: null }, pixelRatio: { value: 1 } },
      transparent: true,
      depthTest: false,
      depthWrite: false,
    })
    this.object = new Points(new BufferGeometry(), material)
    this.object.frustumCulled = false
    this.object.renderOrder = 3
  }

  show(dots: readonly Dot[], edge: Color, pixelRatio: number): void {
    const geometry = new BufferGeometry()
    const attribute = (values: number[], width: number) =>
      new BufferAttribute(new Float32Array(values), width)
    geometry.setAttribute(
      'position',
      attribute(
        dots.flatMap(({ at }) => at),
        3,
      ),
    )
    geometry.setAttribute(
      'color',
      attribute(
        dots.flatMap(({ color: c }) => [c.r, c.g, c.b]),
        3,
      ),
    )
    geometry.setAttribute(
      'size',
      attribute(
        dots.map(({ size }) => size),
        1,
      ),
    )
    this.object.geometry.dispose()
    this.object.geometry = geometry
    this.object.material.uniforms.edge!.value = edge
    this.object.material.uniforms.pixelRatio!.value = pixelRatio
  }

  destroy(): void {
    this.object.geometry.dispose()
    this.object.material.dispose()
  }
}
