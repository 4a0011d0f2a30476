import type { Endpoint, Field } from './endpoint.ts'

/** All paths of the protocol but `/config` begin with it. */
export const prefix = '/gradio_api'

/** From 5 on clients ask for `/info` and `/cancel`. */
const gradioVersion = '5.49.1'

interface NumberedField extends Field {
  readonly id: number
}

/** Every field is a component with a number of its own. */
function numbered(endpoints: readonly Endpoint[]) {
  let id = 0
  const number = (field: Field): NumberedField => ({ ...field, id: id++ })
  return endpoints.map((endpoint) => ({
    ...endpoint,
    inputs: endpoint.inputs.map(number),
    outputs: endpoint.outputs.map(number),
  }))
}

/** What clients read first: `/config`. @param root under which clients reach the server */
export function describeApp(endpoints: readonly Endpoint[], root: string, appId: string) {
  const all = numbered(endpoints)
  const components = all.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
  const ids = (fields: readonly NumberedField[]) => fields.map(({ id }) => id)
  const layout = { id: components.length, children: components.map(({ id }) => ({ id })) }
  return {
    version: gradioVersion,
    mode: 'blocks',
    title: 'flashworld',
    root,
    api_prefix: prefix,
    protocol: 'sse_v3',
    enable_queue: true,
    connect_heartbeat: false,
    app_id: appId,
    is_space: false,
    space_id: null,
    is_colab: false,
    dev_mode: false,
    run_history: false,
    username: null,
    auth_required: false,
    theme: 'default',
    components: components.map(({ id, label, component }) => ({
      id,
      type: component.type,
      props: { label, name: component.type },
      skip_api: false,
      api_info: component.schema,
      api_info_as_input: component.schema,
      api_info_as_output: component.schema,
    })),
    dependencies: all.map(({ name, summary, inputs, outputs }, id) => ({
      id,
      api_name: name,
      api_description: summary,
      api_visibility: 'public',
      show_api: true,
      inputs: ids(inputs),
      outputs: ids(outputs),
      targets: [],
      backend_fn: true,
      queue: true,
      connection: 'sse',
      types: { generator: false, cancel: false },
      cancels: [],
      show_progress: 'full',
      trigger_after: null,
      zerogpu: false,
    })),
    layout,
    pages: [['', 'flashworld', true]],
    page: {
      '': {
        components: components.map(({ id }) => id),
        dependencies: all.map((_, id) => id),
        layout,
      },
    },
  }
}

/** The endpoints with their parameters: `/gradio_api/info`. */
export function describeEndpoints(endpoints: readonly Endpoint[]) {
  const named = endpoints.map(({ name, summary, inputs, outputs }) => [
    `/${name}`,
    {
      description: summary,
      parameters: inputs.map((field) => ({
        ...described(field),
        parameter_name: field.name,
        parameter_has_default: 'fallback' in field,
        parameter_default: field.fallback ?? null,
        example_input: field.component.example,
      })),
      returns: outputs.map(described),
      api_visibility: 'public',
      show_api: true,
    },
  ])
  return { named_endpoints: Object.fromEntries(named), unnamed_endpoints: {} }
}

const described = ({ label, component: { type, schema, python } }: Field) => ({
  label,
  type: schema,
  python_type: { type: python, description: '' },
  component: `${type[0]!.toUpperCase()}${type.slice(1)}`,
})
