"""Writes layers.pt, modules.pt and losses.pt: PyTorch's layers and losses, for the tests of nn.

Run with PyTorch 2.13 in this folder. For each layer, made after torch.manual_seed(0): its text and
state_dict, inputs, the outputs in training and in use, and gradients, in float32 and float64;
modules.pt has the layers themselves.
"""
import copy
import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)
G = torch.Generator().manual_seed(123)


def rand(*shape):
    return torch.randn(*shape, generator=G)


def ints(high, *shape):
    return torch.randint(0, high, shape, generator=G)


def flat(outputs):
    found = []
    for o in outputs if isinstance(outputs, (tuple, list)) else [outputs]:
        found.extend(flat(o) if isinstance(o, (tuple, list)) else [o])
    return [o for o in found if o is not None]


def to(value, dtype):
    return value.to(dtype) if value.is_floating_point() else value


def run(module, inputs, weights, dtype):
    module = copy.deepcopy(module).to(dtype)
    given = [to(x, dtype).clone().requires_grad_(x.is_floating_point()) for x in inputs]
    outputs = flat(module(*given))
    loss = sum((o * to(w, dtype)).sum() for o, w in zip(outputs, weights))
    loss.backward()
    result = {
        "outputs": [o.detach() for o in outputs],
        "grad_inputs": [x.grad for x in given if x.grad is not None],
        "grad_params": {n: p.grad for n, p in module.named_parameters() if p.grad is not None},
        "buffers": {n: b.clone() for n, b in module.named_buffers()},
    }
    module.eval()
    with torch.no_grad():
        result["eval"] = [o.detach() for o in flat(module(*[x.detach() for x in given]))]
    return result


CASES = {}
MODULES = {}


def case(name, make, *inputs):
    torch.manual_seed(0)
    module = make()
    after = torch.rand(1)
    with torch.no_grad():
        outputs = flat(copy.deepcopy(module)(*inputs))
    weights = [rand(*o.shape) for o in outputs]
    MODULES[name] = module
    CASES[name] = {
        "text": repr(module),
        "state": {k: v.clone() for k, v in module.state_dict().items()},
        "versions": {k: v["version"] for k, v in module.state_dict()._metadata.items()},
        "rand_after": after,
        "inputs": list(inputs),
        "weights": weights,
        "float32": run(module, inputs, weights, torch.float32),
        "float64": run(module, inputs, weights, torch.float64),
    }


class Bags(nn.Module):
    """An EmbeddingBag with its second input bound to a name."""

    def __init__(self, mode):
        super().__init__()
        self.bag = nn.EmbeddingBag(5, 3, mode=mode)

    def forward(self, x, offsets):
        return self.bag(x, offsets)


def layers():
    case("linear", lambda: nn.Linear(3, 2), rand(4, 3))
    case("linear_no_bias", lambda: nn.Linear(3, 2, bias=False), rand(2, 4, 3))
    case("linear_vector", lambda: nn.Linear(3, 2), rand(3))
    case("bilinear", lambda: nn.Bilinear(3, 2, 4), rand(5, 3), rand(5, 2))
    case("conv1d", lambda: nn.Conv1d(2, 4, 3), rand(2, 2, 7))
    case("conv1d_options", lambda: nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False), rand(2, 4, 9))
    case("conv2d", lambda: nn.Conv2d(3, 4, 3), rand(2, 3, 6, 5))
    case("conv2d_options", lambda: nn.Conv2d(4, 8, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=4), rand(2, 4, 7, 6))
    case("conv2d_single", lambda: nn.Conv2d(3, 2, 2), rand(3, 4, 4))
    case("conv3d", lambda: nn.Conv3d(2, 3, 2, stride=2, padding=1), rand(2, 2, 4, 5, 3))
    case("conv_transpose1d", lambda: nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), rand(2, 4, 5))
    case("conv_transpose2d", lambda: nn.ConvTranspose2d(3, 4, (3, 2), stride=2, padding=1, dilation=(1, 2)), rand(2, 3, 4, 5))
    case("conv_transpose2d_no_bias", lambda: nn.ConvTranspose2d(2, 2, 2, bias=False), rand(1, 2, 3, 3))
    case("conv_transpose3d", lambda: nn.ConvTranspose3d(2, 3, 2, stride=2), rand(1, 2, 2, 3, 2))
    case("batch_norm1d", lambda: nn.BatchNorm1d(3), rand(5, 3))
    case("batch_norm1d_sequence", lambda: nn.BatchNorm1d(3, eps=1e-3, momentum=0.3), rand(4, 3, 5))
    case("batch_norm2d", lambda: nn.BatchNorm2d(3), rand(2, 3, 4, 3))
    case("batch_norm2d_plain", lambda: nn.BatchNorm2d(3, affine=False, track_running_stats=False), rand(2, 3, 4, 3))
    case("batch_norm2d_cumulative", lambda: nn.BatchNorm2d(2, momentum=None), rand(3, 2, 2, 2))
    case("batch_norm3d", lambda: nn.BatchNorm3d(2), rand(2, 2, 2, 3, 2))
    case("instance_norm2d", lambda: nn.InstanceNorm2d(3), rand(2, 3, 4, 3))
    case("instance_norm2d_affine", lambda: nn.InstanceNorm2d(3, affine=True), rand(2, 3, 4, 3))
    case("group_norm", lambda: nn.GroupNorm(2, 4), rand(2, 4, 3, 3))
    case("layer_norm", lambda: nn.LayerNorm(5), rand(3, 4, 5))
    case("layer_norm_two", lambda: nn.LayerNorm([4, 5], eps=1e-3, bias=False), rand(3, 4, 5))
    case("layer_norm_plain", lambda: nn.LayerNorm(5, elementwise_affine=False), rand(3, 5))
    case("rms_norm", lambda: nn.RMSNorm(5), rand(3, 4, 5))
    case("rms_norm_eps", lambda: nn.RMSNorm([4, 5], eps=1e-3), rand(3, 4, 5))
    case("embedding", lambda: nn.Embedding(6, 4), ints(6, 2, 3))
    case("embedding_padding", lambda: nn.Embedding(6, 4, padding_idx=2), torch.tensor([[0, 2, 5], [2, 2, 1]]))
    for mode in ("mean", "sum", "max"):
        case("embedding_bag_" + mode, lambda: nn.EmbeddingBag(5, 3, mode=mode), ints(5, 4, 3))
    case("embedding_bag_offsets", lambda: Bags("mean"), ints(5, 7), torch.tensor([0, 2, 2, 5]))
    case("dropout_zero", lambda: nn.Dropout(0.0), rand(3, 4))
    case("flatten", lambda: nn.Flatten(), rand(2, 3, 4))
    case("flatten_some", lambda: nn.Flatten(0, 1), rand(2, 3, 4))
    case("identity", lambda: nn.Identity(), rand(2, 3))
    x = torch.cat([rand(20) * 4, torch.tensor([0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 25.0, -25.0])])
    for name, make in {
        "relu": nn.ReLU, "relu6": nn.ReLU6, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "silu": nn.SiLU, "mish": nn.Mish, "softsign": nn.Softsign,
        "hardswish": nn.Hardswish, "hardsigmoid": nn.Hardsigmoid, "log_sigmoid": nn.LogSigmoid, "selu": nn.SELU, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU,
        "celu": lambda: nn.CELU(2.0), "hardtanh": nn.Hardtanh, "softplus": nn.Softplus, "gelu": nn.GELU, "gelu_tanh": lambda: nn.GELU("tanh"), "prelu": nn.PReLU,
    }.items():
        case(name, make, x)
    case("leaky_relu_slope", lambda: nn.LeakyReLU(0.2), x)
    case("prelu_channels", lambda: nn.PReLU(3), rand(2, 3, 4))
    case("softmax", lambda: nn.Softmax(dim=1), rand(3, 5))
    case("log_softmax", lambda: nn.LogSoftmax(dim=-1), rand(3, 5))
    case("max_pool1d", lambda: nn.MaxPool1d(2), rand(2, 3, 7))
    case("max_pool2d", lambda: nn.MaxPool2d(3, stride=2, padding=1), rand(2, 3, 7, 6))
    case("max_pool2d_options", lambda: nn.MaxPool2d((2, 3), stride=(2, 1), dilation=(2, 1), ceil_mode=True), rand(2, 3, 7, 6))
    case("max_pool3d", lambda: nn.MaxPool3d(2), rand(1, 2, 4, 4, 5))
    case("avg_pool1d", lambda: nn.AvgPool1d(3, stride=2, padding=1), rand(2, 3, 7))
    case("avg_pool2d", lambda: nn.AvgPool2d(2), rand(2, 3, 7, 6))
    case("avg_pool2d_options", lambda: nn.AvgPool2d((3, 2), stride=2, padding=1, ceil_mode=True, count_include_pad=False), rand(2, 3, 7, 6))
    case("avg_pool2d_ceil", lambda: nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True), rand(2, 3, 6, 6))
    case("avg_pool3d", lambda: nn.AvgPool3d(2), rand(1, 2, 4, 4, 5))
    case("adaptive_avg_pool1d", lambda: nn.AdaptiveAvgPool1d(3), rand(2, 3, 7))
    case("adaptive_avg_pool2d", lambda: nn.AdaptiveAvgPool2d((3, 2)), rand(2, 3, 7, 5))
    case("adaptive_avg_pool2d_one", lambda: nn.AdaptiveAvgPool2d(1), rand(2, 3, 7, 5))
    case("adaptive_avg_pool3d", lambda: nn.AdaptiveAvgPool3d(2), rand(1, 2, 3, 4, 5))
    case("sequential", lambda: nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Sequential(nn.Linear(4, 2), nn.Tanh())), rand(5, 3))
    case("rnn", lambda: nn.RNN(3, 4), rand(5, 2, 3))
    case("rnn_relu", lambda: nn.RNN(3, 4, num_layers=2, nonlinearity="relu", bidirectional=True, batch_first=True), rand(2, 5, 3))
    case("lstm", lambda: nn.LSTM(3, 4), rand(5, 2, 3))
    case("lstm_options", lambda: nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True), rand(2, 5, 3))
    case("lstm_projected", lambda: nn.LSTM(3, 4, num_layers=2, proj_size=2, bias=False), rand(5, 2, 3))
    case("lstm_single", lambda: nn.LSTM(3, 4), rand(5, 3))
    case("gru", lambda: nn.GRU(3, 4), rand(5, 2, 3))
    case("gru_options", lambda: nn.GRU(3, 4, num_layers=3, bidirectional=True), rand(4, 2, 3))
    case("attention", lambda: nn.MultiheadAttention(8, 2), rand(3, 2, 8), rand(5, 2, 8), rand(5, 2, 8))
    case("attention_options", lambda: nn.MultiheadAttention(8, 4, bias=False, batch_first=True), rand(2, 3, 8), rand(2, 5, 8), rand(2, 5, 8))
    case("attention_sizes", lambda: nn.MultiheadAttention(8, 2, kdim=6, vdim=4), rand(3, 2, 8), rand(5, 2, 6), rand(5, 2, 4))
    case("attention_added", lambda: nn.MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True), rand(3, 2, 8), rand(5, 2, 8), rand(5, 2, 8))
    case("encoder_layer", lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0), rand(5, 2, 8))
    case("encoder_layer_options", lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu", batch_first=True, norm_first=True), rand(2, 5, 8))
    case("decoder_layer", lambda: nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0), rand(4, 2, 8), rand(5, 2, 8))
    case("decoder_layer_options", lambda: nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0, norm_first=True), rand(4, 2, 8), rand(5, 2, 8))
    case("encoder", lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0), 3), rand(5, 2, 8))
    case("transformer", lambda: nn.Transformer(8, 2, 2, 2, 16, dropout=0.0), rand(5, 2, 8), rand(4, 2, 8))
    torch.save(CASES, "layers.pt")
    torch.save(MODULES, "modules.pt")


LOSSES = {}


def loss(name, function, x, *constants):
    result = {"inputs": [x, *constants]}
    for dtype in (torch.float32, torch.float64):
        given = to(x, dtype).clone().requires_grad_()
        losses = function(given, *[to(c, dtype) for c in constants])
        losses.sum().backward()
        result[str(dtype)[6:]] = {"loss": losses.detach(), "grad": given.grad}
    LOSSES[name] = result


def losses():
    x, y = rand(4, 3), rand(4, 3)
    for reduction in ("none", "mean", "sum"):
        loss("mse_" + reduction, lambda a, b: F.mse_loss(a, b, reduction=reduction), x, y)
    loss("l1", F.l1_loss, x, y)
    loss("smooth_l1", lambda a, b: F.smooth_l1_loss(a, b, beta=0.5), x, y)
    loss("huber", lambda a, b: F.huber_loss(a, b, delta=0.5), x, y)
    p, t = torch.sigmoid(x), (y > 0).float()
    loss("bce", F.binary_cross_entropy, p, t)
    loss("bce_logits", F.binary_cross_entropy_with_logits, x, t)
    loss("bce_logits_weighted", lambda a, b, w: F.binary_cross_entropy_with_logits(a, b, pos_weight=w), x, t, torch.tensor([1.0, 2.0, 0.5]))
    q = torch.softmax(y, 1)
    loss("kl", F.kl_div, torch.log_softmax(x, 1), q)
    loss("kl_log", lambda a, b: F.kl_div(a, b, log_target=True, reduction="sum"), torch.log_softmax(x, 1), torch.log(q))
    labels, w = torch.tensor([0, 2, 1, 2]), torch.tensor([0.5, 2.0, 1.5])
    ignoring = torch.tensor([0, -100, 1, 2])
    loss("cross_entropy", F.cross_entropy, x, labels)
    loss("cross_entropy_sum", lambda a, b: F.cross_entropy(a, b, reduction="sum"), x, labels)
    loss("cross_entropy_ignoring", F.cross_entropy, x, ignoring)
    loss("cross_entropy_weighted", lambda a, b, c: F.cross_entropy(a, b, weight=c), x, labels, w)
    loss("cross_entropy_smoothed", lambda a, b, c: F.cross_entropy(a, b, weight=c, label_smoothing=0.1), x, ignoring, w)
    loss("cross_entropy_probabilities", lambda a, b: F.cross_entropy(a, b, label_smoothing=0.2), x, q)
    loss("cross_entropy_spatial", F.cross_entropy, rand(2, 3, 4), ints(3, 2, 4))
    loss("cross_entropy_single", F.cross_entropy, rand(3), torch.tensor(1))
    loss("nll", F.nll_loss, torch.log_softmax(x, 1), labels)
    torch.save(LOSSES, "losses.pt")


layers()
losses()
