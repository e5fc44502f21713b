// In the thread that makes sound: collects samples until they are a frame, and has crates/denoise clean it.
// What goes out is what came in a frame ago, which is 10 ms at 48 kHz.
const FRAME = 480;

class Denoise extends AudioWorkletProcessor {
  constructor({ processorOptions: { bytes } }) {
    super();
    this.wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    this.address = this.wasm.frame();
    this.coming = new Float32Array(FRAME);
    this.going = new Float32Array(FRAME);
    this.at = 0;
  }

  process([[input]], [[output]]) {
    for (let i = 0; i < output.length; i++) {
      output[i] = this.going[this.at];
      this.coming[this.at] = input ? input[i] : 0;
      this.at++;
      if (this.at === FRAME) {
        this.clean();
      }
    }
    return true;
  }

  clean() {
    // Anew each time: memory that grew is another buffer.
    const frame = new Float32Array(this.wasm.memory.buffer, this.address, FRAME);
    frame.set(this.coming);
    this.wasm.clean();
    this.going.set(frame);
    this.at = 0;
  }
}

registerProcessor("denoise", Denoise);
