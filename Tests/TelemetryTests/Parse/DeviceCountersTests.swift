import TestSupport
import Testing

@testable import Telemetry

struct DeviceCountersTests {
    @Test(arguments: [
        "8 0 sda 1 2 3 4 5 6 7 8 9 10 11", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
    ])
    func disksHaveElevenNumbersOrMore(line: String) throws {
        let disk = try #require(DiskCounters.all(line.bytes).first)
        #expect(disk.device == "sda")
        #expect(disk.reads == 1)
        #expect(disk.readSectors == 3)
        #expect(disk.readMilliseconds == 4)
        #expect(disk.writes == 5)
        #expect(disk.writtenSectors == 7)
        #expect(disk.writeMilliseconds == 8)
        #expect(disk.busyMilliseconds == 10)
    }

    @Test func oldPartitionLinesAreNoDisks() throws {
        let disks = DiskCounters.all(KernelFiles.linux2_6.bytes("diskstats"))
        #expect(disks.map(\.device) == ["sda"])
    }

    @Test func interfacesAreReadWithAndWithoutSpaceBehindTheColon() throws {
        let networks = NetworkCounters.all(KernelFiles.linux2_6.bytes("net/dev"))
        #expect(networks.map(\.interface) == ["lo", "eth0"])
        let eth0 = try #require(networks.last)
        #expect(eth0.receivedBytes == 1_215_645)
        #expect(eth0.receiveErrors == 1)
        #expect(eth0.receiveDrops == 2)
        #expect(eth0.sentBytes == 1_782_404)
        #expect(eth0.sendErrors == 3)
        #expect(eth0.sendDrops == 4)
    }

    @Test func columnsOfTCPAreFoundByTheirNames() throws {
        var tcp = TCPCounters()
        tcp.readSNMP(KernelFiles.linux5_4.bytes("net/snmp"))
        tcp.readNetstat(KernelFiles.linux5_4.bytes("net/netstat"))
        tcp.readSockstat(KernelFiles.linux5_4.bytes("net/sockstat"))
        #expect(tcp.established == 42)
        #expect(tcp.segmentsSent == 2233)
        #expect(tcp.retransmits == 17)
        #expect(tcp.listenOverflows == 7)
        #expect(tcp.timeWait == 9)
    }

    @Test func columnsWithoutValuesAreAbsent() {
        var tcp = TCPCounters()
        tcp.readSNMP("Tcp: CurrEstab OutSegs\nTcp: 1\n".bytes)
        #expect(tcp.established == 1)
        #expect(tcp.segmentsSent == nil)
    }
}
