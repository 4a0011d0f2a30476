/** A package.json, as far as it is looked into. */
export interface Manifest {
  readonly name: string
  readonly description: string
  readonly exports?: Readonly<Record<string, string>>
  readonly imports?: Readonly<Record<string, string>>
  /** Besides what is compiled. */
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** As `npm pack` names the file of a package. */
export const tarballName = ({
  name,
  version,
}: {
  readonly name: string
  readonly version: string
}) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`

const isSource = (path: string) => /^\.\/src\/.*\.ts$/.test(path)

/** The source files that a workspace gives out or starts from. */
export const sourcesIn = ({ exports = {}, imports = {} }: Manifest): string[] =>
  [...Object.values(exports), ...Object.values(imports)].filter(isSource)

/** What the published package.json does not have, or has otherwise. */
const ofWorkspaces = ['devDependencies', 'scripts', 'files', 'dependencies', 'engines']

/** An older one than 24 runs the command, which fetches 24 for itself; pages need none. */
const engines = { node: '>=20' }

/**
 * A workspace's package.json as it is published: what it names in `src` is compiled, in `dist`.
 * @param folder of the workspace, from the project's
 */
export function publishedManifest(manifest: Manifest, folder: string): object {
  const { exports, imports, name, dependencies } = manifest
  const kept = Object.entries(manifest).filter(([field]) => !ofWorkspaces.includes(field))
  return {
    ...Object.fromEntries(kept),
    keywords: ['3d', 'gaussian-splatting', 'text-to-3d', 'webgpu', 'flashworld'],
    ...repository(folder),
    engines,
    publishConfig: { access: 'public' },
    ...(name === 'flashworld' && { bin: { flashworld: 'bin/flashworld.mjs' } }),
    ...(exports && {
      exports: { ...mapValues(exports, published), './package.json': './package.json' },
    }),
    ...(imports && { imports: mapValues(imports, compiled) }),
    // a package of built files alone has in them what they need
    ...(sourcesIn(manifest).length > 0 && { dependencies }),
  }
}

const compiled = (path: string) =>
  isSource(path) ? path.replace('./src/', './dist/').replace(/\.ts$/, '.js') : path

const published = (path: string) =>
  isSource(path)
    ? { types: compiled(path).replace(/\.js$/, '.d.ts'), default: compiled(path) }
    : path

const mapValues = <T>(record: Readonly<Record<string, string>>, map: (value: string) => T) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

/** Where it is built: npm's provenance holds the package against it. */
function repository(folder: string): object {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  if (!server || !name) return {}
  return { repository: { type: 'git', url: `git+${server}/${name}.git`, directory: folder } }
}
