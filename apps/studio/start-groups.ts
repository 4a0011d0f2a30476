import type { Rolldown } from 'vite'

type Group = Rolldown.CodeSplittingGroup
type Graph = Rolldown.ChunkingContext

/** Files of less than this are put together with others that come at the same times. */
const leastBytes = 64 * 1024

/**
 * Which modules come in one file: what the studio takes at once was thirty files, and each costs a wait of its own. What
 * its viewer takes too stays apart, for that page is small.
 * @param pages the paths of their HTML
 */
export function startGroups(pages: { readonly studio: string; readonly viewer: string }): Group[] {
  const known = new WeakMap<Graph, Record<'studio' | 'viewer', Modules>>()
  const modules = (graph: Graph) => {
    const found = known.get(graph) ?? {
      studio: modulesOf(pages.studio, graph),
      viewer: modulesOf(pages.viewer, graph),
    }
    known.set(graph, found)
    return found
  }
  return [
    {
      debugName: 'both',
      priority: 2,
      name(id, graph) {
        const { studio, viewer } = modules(graph)
        return studio.atOnce.has(id) && viewer.atOnce.has(id) ? 'both' : null
      },
    },
    {
      debugName: 'start',
      priority: 1,
      entriesAware: true,
      entriesAwareMergeThreshold: leastBytes,
      name(id, graph) {
        const { studio, viewer } = modules(graph)
        return studio.atOnce.has(id) && !viewer.ever.has(id) ? 'start' : null
      },
    },
  ]
}

type Modules = ReturnType<typeof modulesOf>

/** What a page takes at once, but for its own script, which runs wherever its file is read; and what it ever takes. */
function modulesOf(page: string, graph: Graph) {
  const atOnce = reached(page, ({ importedIds }) => importedIds)
  for (const id of [page, ...(graph.getModuleInfo(page)?.importedIds ?? [])]) atOnce.delete(id)
  const ever = reached(page, ({ importedIds, dynamicallyImportedIds }) => [
    ...importedIds,
    ...dynamicallyImportedIds,
  ])
  return { atOnce, ever }

  function reached(from: string, next: (of: Rolldown.ModuleInfo) => readonly string[]) {
    const found = new Set([from])
    for (const id of found) {
      const info = graph.getModuleInfo(id)
      for (const other of info ? next(info) : []) found.add(other)
    }
    return found
  }
}
