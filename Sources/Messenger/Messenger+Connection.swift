import KeyStore
import Logging
import RelayAPI
import Services

extension Messenger: Service {
    /// How often prekeys are checked while a connection stays open.
    static let upkeepInterval = Duration.seconds(3600)
    /// How long message ids are remembered: longer than a relay keeps a message.
    static let idMemory = Duration.seconds(40 * 86_400)
    /// The reason given for an expired message.
    static let expiry = "the relay did not accept it in time"
    /// How long a token is used.
    static let tokenAge = Duration.seconds(30 * 86_400)

    /// Keeps a connection to the relay until shutdown.
    ///
    /// - Throws: `MessengerError.takenOver` if another process has connected as this device; errors of the store.
    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.stayConnected() }
    }

    private func stayConnected() async throws {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await connectOnce()
                // An end during shutdown is expected.
                if Task.isCancelled { return }
                logger.info("connection to the relay ended")
            } catch let error as SocketClosed where error.code == CloseCode.takenOver {
                throw MessengerError.takenOver(address)
            } catch KeyStoreError.noRoom(let path) {
                // The relay keeps its messages until there is room.
                logger.error(
                    "no room on the disk: nothing is sent or received until there is", ["store": path])
            } catch let error as KeyStoreError {
                throw error
            } catch let error as MessengerError where error.isOfCopies {
                throw error
            } catch {
                if Task.isCancelled { return }
                logger.warning("no connection to the relay", ["error": "\(error)"])
            }
            if connection.takeWasOpen() { backoff.reset() }
            do { try await clock.sleep(for: backoff.next()) } catch { return }
        }
    }

    /// One connection, from registration (if necessary) to its end.
    private func connectOnce() async throws {
        try await lookAfterKeys()
        try await access.withToken { [address] relay, token in
            try await relay.withSocket(of: address, token: token) { socket in
                self.connection.open()
                defer { self.connection.close() }
                try await self.use(socket)
            }
        }
    }

    func lookAfterKeys() async throws {
        try await store.write { transaction in
            try transaction.seenMessages.forget(olderThan: Self.idMemory)
            try transaction.outbox.giveUpExpired(cause: Self.expiry)
            try transaction.history.removeExpired()
        }
        try await access.rotateToken(maxAge: Self.tokenAge)
        try await upkeep.run()
        try await encryptAgain()
    }

    /// Encrypts what was said after the machine was started and before the relay was asked in the sessions begun since.
    /// What cannot be is given up: under its old key it must not be sent.
    private func encryptAgain() async throws {
        for peer in try await store.read({ try $0.outbox.peersToEncryptFor() }) {
            do { try await renewDevices(of: peer) } catch let problem as Problem
                where !problem.isUnauthorized && problem.status < 500
            {
                logger.warning("messages given up", ["recipient": "\(peer)", "problem": "\(problem)"])
            } catch let error as MessengerError where error.isOfBundle {
                logger.warning("messages given up", ["recipient": "\(peer)", "error": "\(error)"])
            }
            try await store.write { try OutboxRenewal(peer: peer).giveUpUnencrypted(in: &$0) }
        }
    }

    private func use(_ socket: RelaySocket) async throws {
        let flow = OutboxFlow(store: store) { [recentEnvelopes] frame in
            if case .send(let envelope, _) = frame { recentEnvelopes.note(envelope) }
            try await socket.send(frame)
        }
        let session = SocketSession(
            store: store, socket: socket, flow: flow, unreadable: unreadable,
            unapprovedBundles: unapprovedBundles, logger: logger)
        let chores = Chores()
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.receive(in: session, adding: chores) }
            group.addTask { try await self.sendOutbox(through: flow) }
            group.addTask { try await self.doChores(chores, with: flow) }
            group.addTask { await self.addUpkeep(to: chores) }
            group.addTask { await self.resumeWhenDecided(flow) }
            defer { group.cancelAll() }
            // The first to end closes the connection: the relay's side, or an error.
            try await group.next()
        }
    }

    private func receive(in session: SocketSession, adding chores: Chores) async throws {
        for try await frames in session.socket.frames {
            let news = try await session.take(frames)
            for case .envelope(let envelope) in frames { recentEnvelopes.note(envelope) }
            if news.hasMail { inboxChanged.raise() }
            if news.hasHeld { heldChanged.raise() }
            if news.arePreKeysLow { chores.add(.upkeep) }
            for device in news.brokenSessions { chores.add(.repair(device)) }
            for peer in news.changedRecipients { chores.add(.renewDevices(peer)) }
            // Answers of the relay make room for what waits; what was received may have been answered.
            outboxChanged.raise()
        }
    }

    private func sendOutbox(through flow: OutboxFlow) async throws {
        try await withThrowingDiscardingTaskGroup { delays in
            for await _ in outboxChanged.changes() {
                for pause in try await flow.advance() {
                    delays.addTask {
                        try await self.clock.sleep(for: pause.delay)
                        await flow.resume(pause.recipient)
                        self.outboxChanged.raise()
                    }
                }
            }
        }
    }

    // MARK: Chores

    /// - Throws: `MessengerError`s of copies.
    private func doChores(_ chores: Chores, with flow: OutboxFlow) async throws {
        for await chore in chores.all {
            chores.begin(chore)
            do {
                switch chore {
                case .upkeep: try await lookAfterKeys()
                case .repair(let device): try await repairSession(with: device)
                case .renewDevices(let peer): try await renewDevices(of: peer)
                }
            } catch is CancellationError {
                return
            } catch let error as MessengerError where error.isOfCopies {
                throw error
            } catch {
                logger.warning("upkeep failed", ["error": "\(error)"])
                continue
            }
            if case .renewDevices(let peer) = chore {
                await flow.resume(allOf: peer)
                outboxChanged.raise()
            }
        }
    }

    /// Resumes messages that waited for a decision about a key, once there is one.
    private func resumeWhenDecided(_ flow: OutboxFlow) async {
        for await _ in keysDecided.changes() {
            await flow.resumeAll()
            outboxChanged.raise()
        }
    }

    private func addUpkeep(to chores: Chores) async {
        await every(Self.upkeepInterval, on: clock) { chores.add(.upkeep) }
    }

    func repairSession(with device: DeviceAddress) async throws {
        guard try await repair.repair(device) else { return }
        logger.notice("started a new session", ["peer": "\(device)"])
        outboxChanged.raise()
    }
}
