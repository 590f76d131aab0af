"""Six networks and how they are trained, for make_golden.py and for PyTorch as a peer of the tests."""
import torch
from torch import nn, optim
import torch.nn.functional as F

L = optim.lr_scheduler


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 16)
        self.act = nn.ReLU()
        self.output = nn.Linear(16, 3)

    def forward(self, x):
        return self.output(self.act(self.hidden(x)))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(inside, outside, 1, stride=stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x):
        same = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)) + same)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 8, 1))
        self.layer2 = nn.Sequential(Block(8, 16, 2))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 4)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.avgpool(self.layer2(self.layer1(x))).flatten(1))


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.lstm = nn.LSTM(8, 12, num_layers=2, batch_first=True, bidirectional=True)
        self.tags = nn.Linear(24, 5)

    def forward(self, x):
        return self.tags(self.lstm(self.embedding(x))[0])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = nn.Linear(6, 16)
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.outside = nn.Linear(16, 3)

    def forward(self, x):
        return self.outside(self.encoder(self.inside(x)).mean(1))


class GptBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(16)
        self.attn = nn.MultiheadAttention(16, 2, batch_first=True)
        self.ln_2 = nn.LayerNorm(16)
        self.mlp = nn.Sequential(nn.Linear(16, 64), nn.GELU(), nn.Linear(64, 16))

    def forward(self, x, mask):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    """The weights of the head are those of the embedding."""

    def __init__(self):
        super().__init__()
        self.tok = nn.Embedding(17, 16)
        self.pos = nn.Embedding(8, 16)
        self.blocks = nn.ModuleList([GptBlock() for _ in range(2)])
        self.ln_f = nn.LayerNorm(16)
        self.head = nn.Linear(16, 17, bias=False)
        self.head.weight = self.tok.weight

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        h = self.tok(x) + self.pos(torch.arange(x.shape[1]))
        for block in self.blocks:
            h = block(h, mask)
        return self.head(self.ln_f(h))


class Stack(nn.Module):
    """Recurrent layers in a list."""

    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.GRU(3, 4, batch_first=True), nn.GRU(4, 4, batch_first=True)])
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        for cell in self.cells:
            x = cell(x)[0]
        return self.out(x)


class Heads(nn.Module):
    """Heads by name."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 4)
        self.heads = nn.ModuleDict({"left": nn.Linear(4, 2), "right": nn.Linear(4, 3)})

    def forward(self, x):
        x = torch.tanh(self.body(x))
        return torch.cat([self.heads["left"](x), self.heads["right"](x)], 1)


def vgg():
    def part(inside, outside):
        return [nn.Conv2d(inside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(*part(3, 8), *part(8, 16), nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Dropout(0.0), nn.Linear(16, 4))


def classes(*shape, high):
    return lambda: (torch.randn(*shape), torch.randint(0, high, shape[:1]))


def tokens(high, tags):
    return lambda: (torch.randint(0, high, (4, 8)), torch.randint(0, tags, (4, 8)))


def per_token(scores, target):
    return F.cross_entropy(scores.transpose(1, 2), target)


# name: network, batch, loss, optimizer, scheduler
NETWORKS = {
    "mlp": (Mlp, classes(8, 4, high=3), F.cross_entropy, lambda p: optim.SGD(p, lr=0.1, momentum=0.9), lambda o: L.StepLR(o, 5, 0.5)),
    "lenet": (lenet, classes(4, 1, 28, 28, high=10), F.cross_entropy, lambda p: optim.SGD(p, lr=0.05), lambda o: L.CosineAnnealingLR(o, 30)),
    "resnet": (ResNet, classes(4, 3, 8, 8, high=4), F.cross_entropy,
               lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=1e-4, nesterov=True), lambda o: L.OneCycleLR(o, 0.05, total_steps=30)),
    "tagger": (Tagger, tokens(20, 5), per_token, lambda p: optim.RMSprop(p, lr=0.01), lambda o: L.LinearLR(o, 0.5, 1.0, 8)),
    "encoder": (Encoder, lambda: (torch.randn(4, 5, 6), torch.randn(4, 3)), F.mse_loss, lambda p: optim.AdamW(p, lr=0.003), lambda o: L.LambdaLR(o, lambda e: min(1.0, (e + 1) / 5))),
    "gpt": (Gpt, tokens(17, 17), per_token, lambda p: optim.AdamW(p, lr=0.003), lambda o: L.ExponentialLR(o, 0.95)),
}


class Run:
    def __init__(self, name):
        network, self.batch, self.loss, optimizer, scheduler = NETWORKS[name]
        torch.manual_seed(0)
        self.model = network()
        self.optimizer = optimizer(self.model.parameters())
        self.scheduler = scheduler(self.optimizer)

    def train(self, steps):
        losses = []
        for _ in range(steps):
            x, y = self.batch()
            self.optimizer.zero_grad()
            loss = self.loss(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            self.scheduler.step()
            losses.append(loss.item())
        return losses

    def save(self):
        return {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "scheduler": self.scheduler.state_dict(), "rng": torch.get_rng_state()}

    def load(self, checkpoint):
        self.model.load_state_dict(checkpoint["model"])
        self.optimizer.load_state_dict(checkpoint["optimizer"])
        self.scheduler.load_state_dict(checkpoint["scheduler"])
        torch.set_rng_state(checkpoint["rng"])
