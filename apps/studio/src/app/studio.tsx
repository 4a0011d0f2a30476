export const Studio = () => <main>flashworld</main>
