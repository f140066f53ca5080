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
    Object.defineProperty(to, key, { ...(my ?? forward(from, key, their)), enumerable });
  }
}

/** An attribute of the base class, as it is when it is used: somebody may replace it. */
function forward(from: object, key: PropertyKey, their: PropertyDescriptor | undefined) {
  if (!their?.get) {
    return their;
  }
  const mine = Object.getOwnPropertyDescriptor(
    {
      get member() {
        return Reflect.get(from, key, this);
      },
      set member(value) {
        Reflect.set(from, key, value, this);
      },
    },
    "member",
  ) as PropertyDescriptor;
  for (const accessor of ["get", "set"] as const) {
    if (their[accessor]) {
      takeFunctionShape(their[accessor], mine[accessor] as () => void);
    }
  }
  return { ...their, get: mine.get, set: their.set && mine.set };
}

function takeFunctionShape(from: object, to: object): void {
  for (const key of ["name", "length"]) {
    Object.defineProperty(to, key, { value: Reflect.get(from, key) });
  }
}
