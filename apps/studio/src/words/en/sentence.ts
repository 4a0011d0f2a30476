/** Words of what a world is: sentence, photograph, scene. */
export const sentence = {
  title: 'Sentence',
  placeholder: 'What is there to see? “A red house beside a green tree, at sunset”',
}
