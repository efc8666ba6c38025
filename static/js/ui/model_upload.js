/** Sends models that a person drops on the page or chooses, with progress, until cancelled. */

/**
 * @typedef {object} Sending
 * @property {AbortSignal} signal
 * @property {(share: number) => void} progress from 0 to 1; 1 while the server checks the file
 */

const TYPES = /\.(glb|gltf)$/i;
const LARGEST = 64 * 2 ** 20;

/**
 * @param {File} file
 * @param {string} authorization how this page may change the scene
 * @param {Sending} sending
 * @returns {Promise<string>} the id under which the scene has it
 * @throws {Error} where it is refused, says why; an AbortError where it was cancelled
 */
export function sendModel(file, authorization, { signal, progress }) {
  if (!TYPES.test(file.name)) {
    throw new Error("Only 3D models can be added here: files that end in .glb or .gltf.");
  }
  if (file.size > LARGEST) throw new Error("The file is larger than 64 MB, the limit.");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL("api/assets/", document.baseURI));
    request.setRequestHeader("Authorization", authorization);
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onload = () => {
      const answer = request.response ?? {};
      if (request.status < 300 && typeof answer.id === "string") resolve(answer.id);
      else reject(new Error(answer.detail ?? "The server did not take the file."));
    };
    request.onerror = () => reject(new Error("The connection broke while the file was sent."));
    request.onabort = () => reject(new DOMException("Cancelled.", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
