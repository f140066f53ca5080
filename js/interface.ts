// The shape of an interface, as Web IDL gives it to the platform's classes: a class of JavaScript has another.

type Properties = Record<PropertyKey, PropertyDescriptor>;

/**
 * Gives a subclass the shape of its base class, so that it can take its place: every member on the class itself and
 * enumerable, functions with the base's names and lengths. (Web IDL, section 3.7, "interfaces".)
 */
export function takeShapeOf(Base: { prototype: object }, Class: { prototype: object }): void {
  takeMembers(Object.getOwnPropertyDescriptors(Base.prototype) as Properties, Class.prototype);
  takeMembers(Object.getOwnPropertyDescriptors(Base) as Properties, Class);
  takeFunctionShape(Base, Class);
}

function takeMembers(members: Properties, target: object): void {
  const own = Object.getOwnPropertyDescriptors(target) as Properties;
  for (const key of Reflect.ownKeys(own)) {
    const mine = own[key] as PropertyDescriptor;
    const theirs = members[key];
    if (theirs && typeof mine.value === "function") {
      takeFunctionShape(theirs.value, mine.value);
    }
    // Symbols and what every function has are not enumerable in Web IDL either.
    if (typeof key === "string" && !isOfEveryFunction(key) && mine.configurable) {
      Object.defineProperty(target, key, { ...mine, enumerable: true });
    }
  }
  for (const key of Reflect.ownKeys(members)) {
    if (!(key in own)) {
      Object.defineProperty(target, key, members[key] as PropertyDescriptor);
    }
  }
}

function takeFunctionShape(from: object, to: object): void {
  for (const key of ["name", "length"]) {
    Object.defineProperty(to, key, {
      ...Object.getOwnPropertyDescriptor(to, key),
      value: Reflect.get(from, key),
    });
  }
}

function isOfEveryFunction(key: string): boolean {
  return ["constructor", "prototype", "name", "length"].includes(key);
}
