// The shape of an interface, as Web IDL gives it to the platform's classes: a class of JavaScript has another.

type Properties = Record<PropertyKey, PropertyDescriptor>;

/**
 * Gives a subclass the shape of its base class, so that it can take its place: every member on the class itself, in the
 * same order, as enumerable as there, and functions with the same names and lengths. What the base class does not have
 * comes last, in the shape that Web IDL would give it. (Web IDL, section 3.7, "interfaces".)
 */
export function takeShapeOf(Base: { prototype: object }, Class: { prototype: object }): void {
  const { prototype, ...members } = Object.getOwnPropertyDescriptors(Base);
  Object.defineProperties(Class, members);
  takeMembers(Base.prototype, Class.prototype);
}

function takeMembers(from: object, to: object): void {
  const theirs = Object.getOwnPropertyDescriptors(from) as Properties;
  const mine = Object.getOwnPropertyDescriptors(to) as Properties;
  for (const key of new Set([...Reflect.ownKeys(theirs), ...Reflect.ownKeys(mine)])) {
    const their = theirs[key];
    const my = mine[key];
    if (typeof their?.value === "function" && typeof my?.value === "function") {
      takeFunctionShape(their.value, my.value);
    }
    const enumerable = their?.enumerable ?? typeof key === "string";
    Reflect.deleteProperty(to, key); // for the order
    Object.defineProperty(to, key, { ...(my ?? their), enumerable });
  }
}

function takeFunctionShape(from: object, to: object): void {
  for (const key of ["name", "length"]) {
    Object.defineProperty(to, key, { value: Reflect.get(from, key) });
  }
}
