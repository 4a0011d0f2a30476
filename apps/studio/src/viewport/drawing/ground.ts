import type { Group } from 'three'
import {
  DoubleSide,
  Group as ThreeGroup,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Shape,
  ShapeGeometry,
  MeshBasicMaterial,
} from 'three'
import type { Colors } from './colors.ts'

/** The eyes of a person who stands at the path's beginning are so high above the ground, in the path's unit. */
export const EYE_HEIGHT = 0.4
/** A person's whole height, in the same. */
const BODY = EYE_HEIGHT * 1.07

const vertexShader = /* glsl */ `
  varying vec3 place;
  void main() {
    vec4 world = modelMatrix * vec4(position, 1.0);
    place = world.xyz;
    gl_Position = projectionMatrix * viewMatrix * world;
  }
`

/** Lines every half unit, a line of the whole unit stronger, fading with the distance. */
const fragmentShader = /* glsl */ `
  uniform vec3 color;
  varying vec3 place;
  float line(vec2 at) {
    vec2 width = fwidth(at);
    vec2 apart = abs(fract(at - 0.5) - 0.5);
    vec2 drawn = 1.0 - smoothstep(width * 0.5, width * 1.5, apart);
    vec2 visible = 1.0 - smoothstep(0.2, 0.6, width);
    return max(drawn.x * visible.x, drawn.y * visible.y);
  }
  void main() {
    float far = length(place.xz - cameraPosition.xz);
    float strength = max(line(place.xz), 0.45 * line(place.xz * 4.0));
    float alpha = strength * 0.8 * exp(-far * 0.28);
    if (alpha < 0.01) discard;
    gl_FragColor = vec4(color, alpha);
  }
`

/** The ground with its grid, and someone who stands on it. */
export class Ground {
  readonly object: Group = new ThreeGroup()
  readonly #grid: Mesh<PlaneGeometry, ShaderMaterial>
  readonly #figure: Mesh<ShapeGeometry, MeshBasicMaterial>

  constructor() {
    const material = new ShaderMaterial({
      vertexShader,
      fragmentShader,
      uniforms: { color: { value: null } },
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
    })
    this.#grid = new Mesh(new PlaneGeometry(80, 80), material)
    this.#grid.rotation.x = -Math.PI / 2
    this.#figure = new Mesh(
      new ShapeGeometry(person(), 8),
      new MeshBasicMaterial({
        transparent: true,
        opacity: 0.85,
        depthWrite: false,
        side: DoubleSide,
      }),
    )
    this.#figure.scale.setScalar(BODY)
    this.#figure.position.set(0.55, 0, -1.15)
    // splats are drawn over both
    this.object.renderOrder = -1
    this.#grid.renderOrder = -2
    this.#figure.renderOrder = -1
    this.object.add(this.#grid, this.#figure)
    this.object.position.y = -EYE_HEIGHT
  }

  /** @param figure someone stands there */
  show({ grid }: Colors, height: number, figure: boolean): void {
    this.#grid.material.uniforms.color!.value = grid
    this.#figure.material.color = grid
    this.#figure.visible = figure
    this.object.position.y = height
  }

  /** The figure turns its front to whoever looks. */
  face(x: number, z: number): void {
    const { position } = this.#figure
    this.#figure.rotation.y = Math.atan2(x - position.x, z - position.z)
  }

  destroy(): void {
    for (const { geometry, material } of [this.#grid, this.#figure]) {
      geometry.dispose()
      material.dispose()
    }
  }
}

/** A person's outline, 1 high, feet at the origin. */
function person(): Shape {
  const body = new Shape()
  body.moveTo(-0.1, 0)
  body.lineTo(-0.02, 0)
  body.lineTo(0, 0.44)
  body.lineTo(0.02, 0)
  body.lineTo(0.1, 0)
  body.lineTo(0.115, 0.5)
  body.lineTo(0.15, 0.46)
  body.lineTo(0.185, 0.49)
  body.lineTo(0.13, 0.79)
  body.quadraticCurveTo(0.1, 0.84, 0.035, 0.845)
  body.absarc(0, 0.93, 0.07, -Math.PI / 3, (4 * Math.PI) / 3, false)
  body.lineTo(-0.035, 0.845)
  body.quadraticCurveTo(-0.1, 0.84, -0.13, 0.79)
  body.lineTo(-0.185, 0.49)
  body.lineTo(-0.15, 0.46)
  body.lineTo(-0.115, 0.5)
  body.closePath()
  return body
}
