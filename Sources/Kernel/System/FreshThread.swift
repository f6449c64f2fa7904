import Glibc

/// Runs a closure on a thread made for it alone, and waits for its end.
///
/// Threading model: Swift's pool, Dispatch and Foundation start workers from whichever thread needs one, and a new
/// thread inherits its maker's namespace. So whoever enters a namespace does it on a thread that serves nothing else
/// and that ends before anybody can be born from it. No `await`, Dispatch or Foundation inside.
package enum FreshThread {
    package static func run<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        let work = Work(body)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Runnable>.fromOpaque(argument!).takeUnretainedValue().run()
                return nil
            }, Unmanaged<Runnable>.passUnretained(work).toOpaque())
        guard code == 0 else { throw KernelError("start a thread", errno: code) }
        withExtendedLifetime(work) { _ = pthread_join(thread, nil) }
        return try work.result!.get()
    }

    private class Runnable {
        func run() {}
    }

    private final class Work<Value>: Runnable {
        private let body: () throws -> Value
        var result: Result<Value, any Error>?

        init(_ body: @escaping () throws -> Value) { self.body = body }

        override func run() { result = Result { try body() } }
    }
}
