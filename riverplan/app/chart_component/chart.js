// A drawing made by the server, put into the page as the picture it is: scripts and links have no place in it.

export default function (component) {
  const {data, parentElement} = component;
  const host = parentElement.querySelector('.rp-chart');
  const read = new DOMParser().parseFromString(data.svg, 'image/svg+xml').documentElement;
  host.replaceChildren(...(read.localName === 'svg' ? [document.importNode(read, true)] : []));
}
