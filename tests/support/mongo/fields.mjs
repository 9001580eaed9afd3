// Where the fields of a BSON document lie in its bytes, on the top level only.

function valueSize(type, b, p) {
  switch (type) {
    case 0x01: case 0x09: case 0x11: case 0x12: return 8;
    case 0x02: case 0x0d: case 0x0e: return 4 + b.readInt32LE(p);
    case 0x03: case 0x04: case 0x0f: return b.readInt32LE(p);
    case 0x05: return 5 + b.readInt32LE(p);
    case 0x06: case 0x0a: case 0x7f: case 0xff: return 0;
    case 0x07: return 12;
    case 0x08: return 1;
    case 0x0b: return b.indexOf(0, b.indexOf(0, p) + 1) + 1 - p;
    case 0x0c: return 16 + b.readInt32LE(p);
    case 0x10: return 4;
    case 0x13: return 16;
    default: throw new Error(`unknown BSON type ${type}`);
  }
}

/** name -> [start, end) of the whole element. */
export function indexTopLevel(doc) {
  const fields = new Map();
  for (let p = 4; p < doc.length - 1;) {
    const start = p, nameEnd = doc.indexOf(0, p + 1);
    p = nameEnd + 1 + valueSize(doc[start], doc, nameEnd + 1);
    fields.set(doc.toString('utf8', start + 1, nameEnd), [start, p]);
  }
  return fields;
}
