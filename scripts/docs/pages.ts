/** The pages of the docs, in the order in which they are read. */

export interface Page {
  /** The file, from the root of the project. */
  readonly file: string
  /** Its place in the site, without an ending. */
  readonly place: string
  /** In the sidebar. */
  readonly title: string
  /** False for what would stand before what people look for. */
  readonly isSearched?: boolean
}

export interface PageSection {
  readonly title: string
  readonly pages: readonly Page[]
}

const doc = (name: string, title: string): Page => ({ file: `docs/${name}.md`, place: name, title })

export const sections: readonly PageSection[] = [
  {
    title: 'Guide',
    pages: [
      doc('getting-started', 'Getting started'),
      doc('camera-paths', 'Camera paths'),
      doc('scene-files', 'Scene files and axes'),
      doc('requests', 'Requests'),
      doc('cli', 'Command line'),
    ],
  },
  {
    title: 'When it does not work',
    pages: [doc('troubleshooting', 'Troubleshooting'), doc('errors', 'Errors, by code')],
  },
  {
    title: 'Models',
    pages: [
      doc('models', 'Models'),
      doc('memory', 'GPU memory'),
      doc('performance', 'Performance'),
      doc('verify-the-published-model', 'Verifying'),
      { file: 'training/MODEL_CARD.md', place: 'model-card', title: 'The embedded model' },
    ],
  },
  {
    title: 'Where it runs',
    pages: [
      doc('packages', 'npm packages'),
      doc('browser', 'In a browser'),
      doc('serving', 'Serving'),
      doc('deploy', 'Deploying'),
      doc('http', 'HTTP'),
      doc('published-apis', 'The published apps’ APIs'),
      doc('threat-model', 'Threat model'),
    ],
  },
  {
    title: 'The project',
    pages: [
      { file: 'ARCHITECTURE.md', place: 'architecture', title: 'Architecture' },
      { file: 'NOTATION.md', place: 'notation', title: 'Notation' },
      { file: 'CONTRIBUTING.md', place: 'contributing', title: 'Contributing' },
      doc('studio-design', 'The studio’s design'),
      doc('studio-checklist', 'The studio’s checklist'),
      { file: 'CHANGELOG.md', place: 'changelog', title: 'Changes' },
      { file: 'SECURITY.md', place: 'security', title: 'Security' },
      { file: 'CODE_OF_CONDUCT.md', place: 'conduct', title: 'Conduct' },
      { file: 'LOG.md', place: 'log', title: 'What was measured', isSearched: false },
    ],
  },
]

export const pages: readonly Page[] = sections.flatMap((section) => section.pages)
