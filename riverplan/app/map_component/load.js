// Leaflet and payloads, from the same server.

let LEAFLET = null;

function leaflet() {
  LEAFLET ??= window.L?.map ? Promise.resolve(window.L) : new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = new URL('rp/vendor/leaflet.js', document.baseURI);
    script.onload = () => done(window.L); script.onerror = failed;
    document.head.appendChild(script);
  });
  return LEAFLET;
}

async function json(url) { return (await fetch(new URL(url, document.baseURI))).json(); }
